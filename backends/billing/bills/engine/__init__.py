"""How much is it, and why? The bill engine: pure functions over Decimal, no I/O (rules: domain/billing.md 3 and 4)."""
