"""What the desk asks of the ticketing system's figures."""
