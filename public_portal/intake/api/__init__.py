"""Filing over REST."""

from public_portal.intake.api.endpoints import complaints

__all__ = ["complaints"]
