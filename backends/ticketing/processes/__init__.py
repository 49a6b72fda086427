"""Which way an order goes: process templates with versions, chosen by type and customer, published before use."""
