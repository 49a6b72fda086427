"""Somebody says the bill is wrong: it is looked into, no fee grows meanwhile, a wrong meter is paid back."""
