"""The reference billing system: accounts, tariff book, bills and who may see them (domain/billing.md)."""
