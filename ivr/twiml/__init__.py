"""Documents of the phone: what is said, what is gathered."""
