"""The page of a case, and everything that an officer does on it."""
