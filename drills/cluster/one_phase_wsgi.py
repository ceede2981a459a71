"""The site without the table of commits: it exists to see the checker find halves."""

from config.wsgi import application
from tenants.isolation.backends import cluster_calls

setattr(cluster_calls, "TOUCH", "SELECT 1")  # noqa: B010 - it is another module's constant

__all__ = ["application"]
