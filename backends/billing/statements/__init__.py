"""A month's statement: the bill line by line, what was paid, what is open; CSV and PDF."""
