"""Telling other systems what happened: signed, tried again, never with anybody's name."""
