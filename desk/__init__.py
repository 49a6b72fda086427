"""The agents' desk: log in, see who waits, take over, answer, give back."""
