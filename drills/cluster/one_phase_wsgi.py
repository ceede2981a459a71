"""The WSGI application without two-phase commit, for the scenario ``one-phase``."""

from config.wsgi import application
from tenants.isolation.backends import cluster_calls

setattr(cluster_calls, "TOUCH", "SELECT 1")  # noqa: B010 - it is another module's constant

__all__ = ["application"]
