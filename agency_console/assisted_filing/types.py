"""Frozen data of the pages of assisted filing."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.catalogue.types import CategoryInfo
from shared.directory.types import OrganisationInfo
from shared.ui.types import TimelineEntry
from tenants.case_access.types import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyChoice:
    """One body that the officer may choose; ``is_own``: this agency answers for the body.

    ``hint``: the agency that answers for the body, or "". ``accepts``: the body accepts requests.
    """

    code: str
    name: str
    hint: str
    is_own: bool
    accepts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body against which a request is filed, with its categories."""

    info: OrganisationInfo
    categories: Sequence[CategoryInfo]

    def category(self, code: str) -> CategoryInfo | None:
        """Return the category with this code, or ``None`` if the body has no such category."""
        return next((one for one in self.categories if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """The text in one language that is read to the person before the person agrees."""

    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterReceipt:
    """The receipt that the person takes home, in the person's language."""

    receipt: Receipt
    language: str
    agency: str
    organisation: str
    is_orientation: bool
    entries: Sequence[TimelineEntry]
    address: str
    mail_note: str
