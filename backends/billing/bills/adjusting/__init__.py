"""Corrections of bills that were issued: a counter-entry each, never a change of the bill (domain/billing.md 3.7)."""
