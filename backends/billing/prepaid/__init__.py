"""智能交费: each day's use is taken from the balance, so that the days of a month add up to its bill."""
