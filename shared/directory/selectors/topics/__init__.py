"""Topics: what people need an administration for, and the bodies that handle each topic."""
