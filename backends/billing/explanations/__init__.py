"""What a bill means for this customer: the ladder ahead, the other plan on their own past, day by day, as a picture."""
