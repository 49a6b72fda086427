"""Paying by link, on the public port: its page's data, and the door of the payment providers."""
