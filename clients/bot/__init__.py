"""The seam to the dialogue model: one turn in, what it says and signals out."""
