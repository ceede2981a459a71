"""Presenters of reply templates."""
