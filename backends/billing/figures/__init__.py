"""How billing goes: collected of what was due, arrears by age, disputes by cause, tariffs by category."""
