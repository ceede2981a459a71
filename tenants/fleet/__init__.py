"""Workspaces of agencies: creation, migration, suspension, acting administration, destruction."""
