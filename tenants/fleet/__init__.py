"""The life of a workspace: provision, migrate, suspend, take over, archive, destroy; its health."""
