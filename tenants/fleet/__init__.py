"""Workspaces: provision, migrate, suspend, take over, archive, destroy; their health."""
