"""Orders of another system, brought over many at once."""
