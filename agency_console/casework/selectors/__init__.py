"""A case as one officer may see it, and what officers have written in it."""
