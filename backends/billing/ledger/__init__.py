"""Double entry: every movement of money in two or more lines that sum to nothing, written once, never changed."""
