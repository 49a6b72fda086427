"""What visitors say of our halls, sorted by aspect and put beside what our own checks found."""
