"""Which offers somebody of an administration may see."""

from collections.abc import Sequence

from agency_console.transfers.types import OfferLists
from shared.accounts.models import User
from shared.complaints.selectors import cases_referenced, scope_condition
from shared.units.types import UnitScope
from tenants.custody.selectors import offers_answered, offers_sent, offers_waiting
from tenants.models import Agency


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
