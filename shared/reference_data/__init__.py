"""Reference data from TOML files, and texts in the three languages."""
