"""What can be done to the directory."""

from shared.directory.services.assigning import organisation_assign_agency
from shared.directory.services.loading import directory_load

__all__ = ["directory_load", "organisation_assign_agency"]
