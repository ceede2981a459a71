"""Questions of competence as text, and the bodies that a decision may name."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from public_portal.oversight.access.selectors import case_reading
from public_portal.oversight.competence.types import (
    BodyChoices,
    CompetenceDetail,
    CompetenceRow,
    OfferRow,
)
from shared.catalogue.selectors import category_names_shown
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import organisation_names
from shared.directory.selectors.topic_search import finder_search
from shared.forms.fields import Choice
from shared.kernel.text import Wording
from shared.ui.links import page_language
from tenants.agencies.selectors import recipient_agencies
from tenants.agencies.types import RecipientAgency
from tenants.custody.types import ArbitrationFile, ArbitrationSummary

MAX_BODIES = 8


def competence_detail(*, found: ArbitrationFile) -> CompetenceDetail:
    """Return a question of competence as text in the page's language, the latest event first."""
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


def competence_rows(summaries: Sequence[ArbitrationSummary]) -> list[CompetenceRow]:
    """Return questions of competence as lines of a list, with names of bodies and categories."""
    bodies = body_names(one.concerns_code for one in summaries)
    categories = category_names_shown()
    return [
        CompetenceRow(
            summary=one,
            body=bodies[one.concerns_code],
            category=category_name(one.category_code, categories),
        )
        for one in summaries
    ]


def body_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of bodies, keyed by code; an unknown body has its code as the name."""
    codes, language = set(codes), page_language()
    names = organisation_names(codes=codes) if codes else {}
    return {code: names[code].text(language) if code in names else code for code in codes}


def category_name(code: str, categories: Mapping[str, Wording]) -> str:
    """Return the name of a category, or the code of an unknown category."""
    names = categories.get(code)
    return names.text(page_language()) if names else code


def competent_body_choices(*, found: ArbitrationFile, words: str, chosen: str) -> BodyChoices:
    """Return the bodies that a decision may name, with the administration of each body as a hint.

    First comes the body of the question, then the body that the citizen chose, the bodies named in
    offers, the body ``chosen`` before, and the bodies found by ``words``.
    """
    language = page_language()
    named = [
        found.summary.concerns_code,
        found.case.organisation_code,
        *(one.organisation_code for one in found.offers),
        chosen,
    ]
    known = organisation_names(codes=set(named))
    names = {code: known[code].text(language) for code in named if code in known}
    hits = finder_search(text=words, language=language, limit=MAX_BODIES).hits if words else ()
    fitting = {hit.code: hit.name for hit in hits if hit.code != ORIENTATION}
    names = {**names, **{code: name for code, name in fitting.items() if code not in names}}
    recipients = recipient_agencies(organisation_codes=list(names))
    return BodyChoices(
        choices=tuple(
            Choice(code=code, name=name, hint=_recipient_hint(recipients.get(code), language))
            for code, name in names.items()
        ),
        is_found=bool(fitting),
    )


def competent_agency_name(*, organisation_code: str) -> str:
    """Return the name of the administration that answers for a body, or ""."""
    found = recipient_agencies(organisation_codes=[organisation_code]).get(organisation_code)
    return found.agency.name(page_language()) if found else ""


def _recipient_hint(recipient: RecipientAgency | None, language: str) -> str:
    if recipient is None:
        return _("No administration answers for it on the portal.")
    name = recipient.agency.name(language)
    if recipient.is_orientation:
        return _("The orientation desk receives its requests: %(agency)s") % {"agency": name}
    return _("Answered by: %(agency)s") % {"agency": name}
