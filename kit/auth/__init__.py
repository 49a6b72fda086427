"""Tokens we sign ourselves and can read back; nothing secret is inside them."""

from kit.auth.tokens import sign, unsign

__all__ = ["sign", "unsign"]
