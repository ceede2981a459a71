"""Workspaces of agencies: creation, migration, suspension, take-over, archiving, destruction."""
