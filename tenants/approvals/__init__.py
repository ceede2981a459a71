"""Two-person approval: an action of national oversight waits until a second person agrees."""
