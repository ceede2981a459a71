"""Selectors of a case for one officer, and of the drafts that officers wrote for the case."""
