"""Errors of the search for an agency by its code or by an organisation."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import InvalidInput, NotFound


class AgencyNotFound(NotFound):
    sentence = _("There is no such administration.")


class NoAgencyForOrganisation(InvalidInput):
    """The error for an organisation for which no agency and no orientation desk answers."""

    sentence = _(
        "Nobody answers for this organisation on the portal yet. Choose the body above it, "
        "or write to it directly."
    )


class OrganisationNotServed(InvalidInput):
    sentence = _("By law this portal cannot pass requests to this organisation.")
