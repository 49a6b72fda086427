"""A call: its record, and what each webhook makes of it."""
