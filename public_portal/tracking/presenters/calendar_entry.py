"""The calendar entry of the day that a reply names."""

from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from public_portal.tracking.types import TrackingPage
from shared.kernel.references import reference_group
from shared.ui.calendar_file import CalendarDay
from shared.ui.links import page_language

# The namespace of the UIDs of calendar entries. It must never change.
_NAMESPACE = UUID("0d5c36a4-7e2b-4b5e-9a57-3d5f1f0f8b64")


def promised_day_entry(space: TrackingPage, *, url: str) -> CalendarDay | None:
    """Return the calendar entry, or ``None`` if no reply in force names a day.

    The entry has neither the subject nor the decision, because other people may see a calendar. For
    the same reason, ``url`` must not open the request.
    """
    case = space.case
    if case.promised_on is None or case.answered_at is None:
        return None
    agency = space.agency.name(page_language())
    reference = reference_group(case.reference)
    return CalendarDay(
        uid=uuid5(_NAMESPACE, f"{case.reference} {case.reopened}"),
        day=case.promised_on,
        written_at=case.answered_at,
        summary=_("Day announced by %(agency)s") % {"agency": agency},
        description=_(
            "By this day, what was announced in the reply to the request %(reference)s will be "
            "done. On the page of the request you can say whether it was."
        )
        % {"reference": reference},
        url=url,
    )
