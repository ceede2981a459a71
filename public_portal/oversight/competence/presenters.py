"""One question of competence as its page shows it."""

from public_portal.oversight.access.presenters import case_reading
from public_portal.oversight.competence.selectors import body_names, category_name
from public_portal.oversight.competence.types import CompetenceDetail, OfferRow
from shared.catalogue.selectors import category_names_shown
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
        reading=case_reading(
            case=case, holder=found.holder, organisation=names[case.organisation_code]
        ),
        offers=[OfferRow(offer=one, body=names[one.organisation_code]) for one in found.offers],
    )
