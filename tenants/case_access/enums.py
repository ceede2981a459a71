"""Enums of access to a case: lookup keys, states of e-mail addresses, evidence of one person."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EmailState(TextChoices):
    """The state of a request's e-mail address: missing, not proved, or proved."""

    NONE = "none", _("No e-mail address")
    UNPROVED = "unproved", _("E-mail address not proved yet")
    PROVED = "proved", _("E-mail address proved")


class KeyKind(TextChoices):
    """The kind of value from which, with the reference, a keyed digest of a route is computed."""

    EMAIL = "email", _("E-mail")
    RECEIPT = "receipt", _("Receipt code")
    NAME = "name", _("Name")


class PersonTie(TextChoices):
    """The evidence that two requests of an agency are of one person."""

    SAME = (
        "same",
        _("The same name and the same e-mail address, which its mailbox has proved for both."),
    )
    SAID = "said", _("The citizen has said on the page of each request that both are theirs.")
    NAMES_DIFFER = (
        "names_differ",
        _(
            "The same e-mail address, proved for both, but not the same name from the filing on: "
            "several people may share a mailbox."
        ),
    )
    UNPROVED = (
        "unproved",
        _("The same e-mail address was given; its mailbox has not proved it for both."),
    )
    TELEPHONE = "telephone", _("The same telephone was given; nobody has proved it.")
    NONE = "none", _("Nothing says that both are of one person.")
