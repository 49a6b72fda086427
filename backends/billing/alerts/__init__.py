"""Tell me when: a day above so many kWh, a balance below so many yuan; checked when the figure comes in, told once."""
