"""The customer behind an account: who belongs to it, how they like to be spoken to, their contract, their labels."""
