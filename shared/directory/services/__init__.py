"""What can be done to the directory."""

from shared.directory.services.adding import organisation_add
from shared.directory.services.assigning import (
    organisation_assign_agency,
    organisations_give_back,
    organisations_pass_on,
)
from shared.directory.services.loading import directory_load

__all__ = [
    "directory_load",
    "organisation_add",
    "organisation_assign_agency",
    "organisations_give_back",
    "organisations_pass_on",
]
