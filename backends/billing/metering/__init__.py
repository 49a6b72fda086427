"""Readings that come in: by our readers, by customers themselves, at a change of the meter."""
