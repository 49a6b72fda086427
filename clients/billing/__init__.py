"""The seam to a billing system."""
