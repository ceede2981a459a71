"""Programs that people start, and the modules that they share."""
