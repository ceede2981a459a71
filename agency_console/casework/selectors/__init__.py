"""A case as one officer may see it, and the drafts that officers have written in it."""
