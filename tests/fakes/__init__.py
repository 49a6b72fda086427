"""What stands in at the edge: the telephone company."""
