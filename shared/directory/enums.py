"""Enums of the directory: kinds of bodies, and kinds of search texts for bodies."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """The kind of a public body."""

    MINISTRY = "ministry", _("Ministry")
    INSTITUTION = "institution", _("Public institution")
    REGION = "region", _("Region")
    PREFECTURE = "prefecture", _("Prefecture")
    PROVINCE = "province", _("Province")
    COMMUNE = "commune", _("Commune")
    ARRONDISSEMENT = "arrondissement", _("District of a city")
    OTHER = "other", _("Other body")


class AliasKind(TextChoices):
    """The kind of an alias: a text by which search finds a body."""

    NAME = "name", _("Official name")
    SHORT = "short", _("Name without its title")
    ACRONYM = "acronym", _("Acronym")
    WORD = "word", _("Word that people use")


# The question about the citizen's place, keyed by the kinds of bodies among which the place
# decides.
PLACE_QUESTIONS: Mapping[tuple[str, ...], Promise] = {
    ("commune",): _("Your commune: which one?"),
    ("commune", "arrondissement"): _("Your commune or district: which one?"),
    ("arrondissement",): _("Your district: which one?"),
    ("prefecture", "province"): _("Your prefecture or province: which one?"),
    ("region",): _("Your region: which one?"),
}
