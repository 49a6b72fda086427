"""Which crew goes: crews by area, skill and shift; an offer, its answer, the next crew."""
