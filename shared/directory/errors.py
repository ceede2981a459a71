"""Refusals of the directory."""

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class OrganisationNotFound(NotFound):
    """No body in use has this code."""

    code = "organisation_not_found"


class DirectoryDataInvalid(InvalidInput):
    """A data file of the directory contradicts itself: the message names the entry."""

    code = "directory_data_invalid"


class OrganisationTaken(Conflict):
    """Another workspace answers for this body already."""

    code = "organisation_taken"


class OrganisationCodeTaken(Conflict):
    """A body has that code already, perhaps one that is no longer in use."""

    code = "organisation_code_taken"
