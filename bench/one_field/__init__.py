"""A release from tomorrow with one new column (settings.MIGRATION_MODULES)."""
