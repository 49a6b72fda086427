"""The reference ticketing system: work orders, outages, places (docs/orders.md)."""
