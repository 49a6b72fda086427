"""What the crews' page asks of the ticketing system."""
