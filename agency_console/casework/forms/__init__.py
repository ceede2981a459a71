"""Forms in which officers write, decide and assign."""
