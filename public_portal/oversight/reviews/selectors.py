"""The file of a request whose citizen asked for a review."""

from public_portal.oversight.access.presenters import case_conversation, case_timeline, case_words
from public_portal.oversight.reviews.types import ReviewDetail
from shared.complaints.workflow import clock_state
from shared.directory.selectors.organisations import organisation_label
from shared.ui.deadline_texts import working_clock_summary
from shared.ui.links import page_language
from tenants.case_access.types import ReviewFile


def review_detail(*, found: ReviewFile) -> ReviewDetail:
    """The file of a review as it is read, latest event first."""
    case, language = found.case, page_language()
    return ReviewDetail(
        file=found,
        organisation=organisation_label(code=case.organisation_code, language=language),
        timeline=case_timeline(case=case, holder=found.agency),
        conversation=case_conversation(case=case),
        words=case_words(case=case),
        working=working_clock_summary(
            case.working, state=clock_state(case.status), is_citizen=False
        ),
    )
