"""The holidays, which national oversight maintains."""
