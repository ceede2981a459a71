"""Why an agency cannot be found."""

from shared.kernel.errors import InvalidInput, NotFound


class AgencyNotFound(NotFound):
    """No agency has that code."""

    code = "agency_not_found"


class NoAgencyForOrganisation(InvalidInput):
    """Neither the organisation nor any body above it has a workspace."""

    code = "no_agency_for_organisation"


class OrganisationNotServed(InvalidInput):
    """The law puts that body outside this portal; the directory says where to turn."""

    code = "organisation_not_served"
