"""Reference data: reviewed TOML files, and columns in the three languages."""
