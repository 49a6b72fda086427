"""The Conversation API (design 3): web chat, partners, tests."""
