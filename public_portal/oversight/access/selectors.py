"""The text of a case for pages of national oversight."""

from django.utils.translation import gettext as _

from public_portal.oversight.access.types import CaseMessage, CaseReading
from shared.complaints.enums import EventKind
from shared.complaints.types import PublicCase, TimelineEntry as CaseEntry
from shared.complaints.workflow import clock_state
from shared.kernel.actors import ActorKind
from shared.ui.deadline_texts import working_clock_summary
from shared.ui.links import page_language
from shared.ui.types import Progress, TimelineEntry
from tenants.agencies.selectors import agency_name_of_code
from tenants.agencies.types import AgencyInfo
from tenants.case_access.presenters import officer_words


def case_reading(*, case: PublicCase, holder: AgencyInfo, organisation: str) -> CaseReading:
    """Return a case as text in the page's language; events latest first, messages oldest first."""
    language = page_language()
    return CaseReading(
        organisation=organisation,
        timeline=[
            TimelineEntry(
                title=str(entry.kind.label),
                when=entry.at,
                by=_hand(entry, holder),
                text=entry.same_officer_text,
                progress=Progress.DONE,
            )
            for entry in reversed(case.timeline)
        ],
        conversation=_conversation(case, language),
        words=officer_words(is_part=case.is_part, agency_code=case.cut_by_code, language=language),
        working=working_clock_summary(
            case.working, state=clock_state(case.status), is_citizen=False
        ),
    )


def _conversation(case: PublicCase, language: str) -> list[CaseMessage]:
    return [
        CaseMessage(
            message=one,
            agency=agency_name_of_code(code=one.agency_code, language=language)
            if one.agency_code
            else "",
        )
        for one in case.messages
    ]


def _hand(entry: CaseEntry, holder: AgencyInfo) -> str:
    known = {
        ActorKind.CITIZEN: _("Citizen"),
        ActorKind.SYSTEM: _("The system"),
        ActorKind.OVERSIGHT: _("National oversight"),
    }
    if entry.kind == EventKind.TRANSFER_REFUSED:
        return _("The other administration")
    language = page_language()
    at_that_time = (
        agency_name_of_code(code=entry.agency_code, language=language)
        if entry.agency_code
        else holder.name(language)
    )
    return known.get(ActorKind(entry.by), at_that_time)
