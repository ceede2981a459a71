"""Reply templates as texts."""
