"""How well it goes: counts, times, promises kept, by name."""
