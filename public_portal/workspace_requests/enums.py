"""Choices of workspace requests."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class RequestState(TextChoices):
    """The status of a workspace request."""

    UNPROVED = "unproved", _("The address is not proved yet")
    WAITING = "waiting", _("Waiting for national oversight")
    ASKED = "asked", _("A question waits for the institution")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("a request", "Withdrawn")


UNDECIDED = (RequestState.UNPROVED, RequestState.WAITING, RequestState.ASKED)


class Volume(TextChoices):
    """The count of citizens' requests that an institution expects in a month."""

    FEW = "few", _("Fewer than 50")
    SOME = "some", _("50 to 500")
    MANY = "many", _("500 to 5,000")
    MASSES = "masses", _("More than 5,000")


class Side(TextChoices):
    """The author of a note on a workspace request."""

    INSTITUTION = "institution", _("The institution")
    OVERSIGHT = "oversight", _("National oversight")


class Step(StrEnum):
    """The steps of the wizard, in order; each step has one page."""

    INSTITUTION = "institution"
    EMAIL = "email"
    CODE = "code"
    PERSON = "person"
    NEEDS = "needs"
    TERMS = "terms"
    CHECK = "check"
