"""What the public port asks of the ticketing system for Open311."""
