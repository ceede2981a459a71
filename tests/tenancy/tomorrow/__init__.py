"""Migrations of a release that is not there yet, for the app ``mail``."""
