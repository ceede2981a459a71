"""Topics: what people need an administration for, and which body or kind of body handles it."""
