"""The file of a request whose citizen asked for a review."""

from django.utils.translation import gettext as _

from public_portal.oversight.reviews.types import ReviewDetail
from shared.complaints.workflow import clock_state
from shared.directory.selectors.organisations import organisation_label
from shared.kernel.actors import ActorKind
from shared.ui.deadline_texts import working_clock_summary
from shared.ui.links import page_language
from shared.ui.types import Progress, TimelineEntry
from tenants.case_access.types import ReviewFile


def review_detail(*, found: ReviewFile) -> ReviewDetail:
    """The file of a review as it is read, latest event first."""
    case, language = found.case, page_language()
    return ReviewDetail(
        file=found,
        organisation=organisation_label(code=case.organisation_code, language=language),
        timeline=[
            TimelineEntry(
                title=str(entry.kind.label),
                when=entry.at,
                by=_hand(entry.by, found.agency.name(language)),
                text=entry.same_officer_text,
                progress=Progress.DONE,
            )
            for entry in reversed(case.timeline)
        ],
        working=working_clock_summary(
            case.working, state=clock_state(case.status), is_citizen=False
        ),
    )


def _hand(kind: str, agency: str) -> str:
    known = {
        ActorKind.CITIZEN: _("Citizen"),
        ActorKind.SYSTEM: _("The system"),
        ActorKind.OVERSIGHT: _("National oversight"),
    }
    return known.get(ActorKind(kind), agency)
