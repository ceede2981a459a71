"""Which offers somebody of an administration may see, and what may go along with a part."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agency_console.transfers.types import CitizenFile, OfferLists
from shared.accounts.models import User
from shared.complaints.enums import Author, ScanState
from shared.complaints.selectors import cases_referenced, scope_condition
from shared.units.types import UnitScope
from tenants.custody.selectors import offers_answered, offers_sent, offers_waiting
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint


def offer_lists(*, agency: Agency, officer: User, scope: UnitScope) -> OfferLists:
    """What is offered to an agency and by it; as many queries for one offer as for fifty."""
    sent = offers_sent(agency=agency)
    opened = _opened([one.reference for one in sent], officer=officer, scope=scope)
    return OfferLists(
        waiting=offers_waiting(agency=agency),
        sent=[one for one in sent if one.reference in opened],
        answered=offers_answered(agency=agency),
    )


def _opened(references: Sequence[str], *, officer: User, scope: UnitScope) -> frozenset[str]:
    """Of these cases those that the officer may open: an offer says whose case is in question."""
    seen = scope_condition(scope, user_id=officer.pk)
    rows = cases_referenced(references).filter(seen)
    return frozenset(rows.values_list("reference", flat=True))


def files_to_copy(case: "Complaint") -> list[CitizenFile]:
    """The citizen's files, oldest first, without what somebody sent by the e-mail address alone."""
    rows = case.attachments.filter(author=Author.CITIZEN, is_by_email=False, missing_since=None)
    clean = rows.exclude(scan=ScanState.INFECTED).order_by("at", "id")
    return [CitizenFile(id=pk, name=name) for pk, name in clean.values_list("pk", "name")]
