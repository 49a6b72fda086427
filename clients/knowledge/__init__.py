"""The seam to the knowledge: questions in, dated answers out."""
