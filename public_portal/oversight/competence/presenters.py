"""One question of competence as its page shows it."""

from public_portal.oversight.access.presenters import case_conversation, case_timeline, case_words
from public_portal.oversight.competence.selectors import body_names, category_name
from public_portal.oversight.competence.types import CompetenceDetail, OfferRow
from shared.catalogue.selectors import category_names_shown
from shared.complaints.workflow import clock_state
from shared.ui.deadline_texts import working_clock_summary
from tenants.custody.types import ArbitrationFile


def competence_detail(*, found: ArbitrationFile) -> CompetenceDetail:
    """The file in words of the page's language, the latest event first."""
    case, summary = found.case, found.summary
    names = body_names(
        {
            summary.concerns_code,
            case.organisation_code,
            *(one.organisation_code for one in found.offers),
        }
    )
    return CompetenceDetail(
        file=found,
        body=names[summary.concerns_code],
        category=category_name(summary.category_code, category_names_shown()),
        organisation=names[case.organisation_code],
        offers=[OfferRow(offer=one, body=names[one.organisation_code]) for one in found.offers],
        timeline=case_timeline(case=case, holder=found.holder),
        conversation=case_conversation(case=case),
        words=case_words(case=case),
        working=working_clock_summary(
            case.working, state=clock_state(case.status), is_citizen=False
        ),
    )
