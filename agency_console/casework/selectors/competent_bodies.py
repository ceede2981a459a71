"""Selectors of bodies that an officer may name as competent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.casework.types import CompetentBodies
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import organisation_find
from shared.directory.selectors.topic_search import finder_search
from shared.forms.fields import Choice
from shared.ui.links import page_language
from tenants.agencies.selectors import recipient_agencies
from tenants.agencies.types import AgencyInfo

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

MAX_BODIES = 8


def competent_bodies(
    case: "Complaint", *, words: str, chosen: str, agency_code: str
) -> CompetentBodies:
    """Return the chosen body, then the bodies found by ``words``, the best match first.

    ``own`` has the bodies for which this agency itself answers, because a case cannot be offered
    to the same agency.
    """
    language = page_language()
    body = organisation_find(code=chosen)
    found = {body.code: (body.name(language), body.accepts)} if body else {}
    if words:
        hits = finder_search(text=words, language=language, limit=MAX_BODIES).hits
        found |= {hit.code: (hit.name, hit.accepts) for hit in hits if hit.code not in found}
    found.pop(ORIENTATION, None)
    answering = answering_agencies(list(found))
    choices, own, answered = [], set(), set()
    for code, (name, accepts) in found.items():
        agency = answering.get(code)
        is_here = agency is not None and agency.code == agency_code
        if is_here and (accepts or code == case.organisation_code):
            own.add(code)
            continue
        # The portal offers no request to a body that does not accept requests.
        asked = agency if accepts else None
        if asked is not None:
            answered.add(code)
        choices.append(Choice(code=code, name=name, hint=_body_hint(asked, language)))
    return CompetentBodies(choices=tuple(choices), own=frozenset(own), answered=frozenset(answered))


def answering_agencies(organisation_codes: Sequence[str]) -> dict[str, AgencyInfo]:
    """Return the agency that answers on the portal for each body; two queries.

    A body without an agency is left out, although the orientation desk receives its requests. Only
    this function decides whether a case can be offered for the body that an officer names.
    """
    recipients = recipient_agencies(organisation_codes=organisation_codes)
    return {code: one.agency for code, one in recipients.items() if not one.is_orientation}


def _body_hint(answering: AgencyInfo | None, language: str) -> str:
    if answering is None:
        return _("It does not answer on the portal: a letter names it to the citizen.")
    return _("Answered by: %(agency)s") % {"agency": answering.name(language)}
