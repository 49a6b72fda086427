"""Conversations: who owns a talk, what was said in it, and one message at a time in order."""
