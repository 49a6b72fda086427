"""Money that comes in: links to pay by, what providers tell us, what banks list, and where each fen goes."""
