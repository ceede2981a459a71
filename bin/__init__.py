"""Programs that people run, and the modules that these programs share."""
