"""Queries on institutions that may apply for a workspace, and on codes for the workspace."""

import re
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from public_portal.workspace_requests.enums import RequestState
from public_portal.workspace_requests.errors import (
    InstitutionAsked,
    InstitutionListed,
    InstitutionServed,
)
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.types import RequestDetail
from shared.directory.enums import OrganisationKind
from shared.directory.errors import OrganisationNotFound
from shared.directory.selectors.organisation_search import organisation_named, organisation_search
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import (
    handling_agency_code,
    organisation_find,
    organisation_get,
    organisation_names,
    organisation_path,
    organisations_below,
)
from shared.directory.types import OrganisationInfo
from shared.forms.fields import Choice
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.kernel.errors import DomainError
from shared.kernel.text import Wording, search_words
from shared.ui.dates import day_text
from shared.ui.links import host_url
from shared.ui.messages import refusal_message
from tenants.agencies.errors import OrganisationNotServed
from tenants.agencies.selectors import RESERVED_CODES, agencies_by_code
from tenants.agencies.types import AgencyInfo
from tenants.fleet.errors import AgencyCodeReserved, AgencyCodeTaken
from tenants.models import Agency, Domain

IN_HAND = (RequestState.WAITING, RequestState.ASKED)
MAX_FOUND = 8
CODE_SHAPE = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
MAX_CODE_LENGTH = 50
MAX_PROPOSED_CODE_LENGTH = 30
MAX_NAMESAKES = 20
PLACES = frozenset(
    {
        OrganisationKind.REGION,
        OrganisationKind.PREFECTURE,
        OrganisationKind.PROVINCE,
        OrganisationKind.COMMUNE,
        OrganisationKind.ARRONDISSEMENT,
    }
)
_LATIN_WORD = re.compile("[a-z0-9]+")


def answered_by(body: OrganisationInfo) -> AgencyInfo | None:
    """Return the agency that answers for a body, or ``None``."""
    code = handling_agency_code(code=body.code)
    return agencies_by_code(codes=[code]).get(code) if code else None


def institution_require_free(*, code: str, but_for: UUID | None = None) -> OrganisationInfo:
    """Return the body if it may apply for a workspace; the request ``but_for`` is ignored.

    Raises ``OrganisationNotFound``, ``OrganisationNotServed``, ``InstitutionServed``,
    ``InstitutionAsked``.
    """
    body = organisation_get(code=code)
    if code == ORIENTATION:
        raise OrganisationNotFound(code)
    if not body.accepts:
        raise OrganisationNotServed(code, field="organisation_code")
    if body.agency_code:
        raise InstitutionServed(code)
    if request_in_hand(code=code, but_for=but_for) is not None:
        raise InstitutionAsked(code)
    return body


def institution_require_unlisted(*, names: Wording) -> None:
    """Require that no body in the directory has any of ``names``.

    Raises ``InstitutionListed`` with the code of the body that has the name.
    """
    body = organisation_named(names=names)
    if body is not None:
        raise InstitutionListed(body.code)


def request_in_hand(*, code: str, but_for: UUID | None = None) -> WorkspaceRequest | None:
    """Return a body's request under review, or approved with an unfinished job, or ``None``."""
    rows = WorkspaceRequest.objects.filter(organisation_code=code)
    if but_for is not None:
        rows = rows.exclude(pk=but_for)
    under_way = Job.objects.filter(
        state__in=(JobState.QUEUED, JobState.RUNNING, JobState.FAILED)
    ).values("pk")
    making = rows.filter(state=RequestState.APPROVED, job_id__in=under_way)
    return rows.filter(state__in=IN_HAND).first() or making.first()


def institution_choices(*, words: str, chosen: str, language: str) -> list[Choice]:
    """Return the institution ``chosen``, then the institutions that a search found, best first."""
    body = organisation_find(code=chosen)
    known = [_choice(body, language)] if body else []
    if not words:
        return known
    hits = organisation_search(text=words, language=language, limit=MAX_FOUND)
    return known + [
        Choice(
            code=hit.code,
            name=hit.name,
            hint=" – ".join(part for part in (hit.kind_label, hit.parent_name) if part),
        )
        for hit in hits
        if hit.code not in (chosen, ORIENTATION)
    ]


def ministries(*, language: str) -> list[tuple[str, str]]:
    """Return code and name of every active ministry, sorted by name."""
    return [
        (row.code, row.name(language))
        for row in organisations_below(kind=OrganisationKind.MINISTRY, top="", language=language)
    ]


def domain_is_known(*, domain: str, organisation_code: str) -> bool:
    """Return whether an approved request for the body or a body above used this e-mail domain.

    Only approved requests are searched because the directory has no e-mail addresses.
    """
    if organisation_find(code=organisation_code) is None:
        return False
    above = [one.code for one in organisation_path(code=organisation_code)]
    approved = WorkspaceRequest.objects.filter(
        state=RequestState.APPROVED, organisation_code__in=[organisation_code, *above]
    )
    return any(
        email.rpartition("@")[2].lower() == domain
        for email in approved.values_list("email", flat=True)
    )


def agency_code_require(*, code: str) -> None:
    """Require that a code is not reserved, nor used by an agency, a host name or a job.

    Raises ``AgencyCodeReserved``, ``AgencyCodeTaken``.
    """
    if code in RESERVED_CODES:
        raise AgencyCodeReserved(code, field="code")
    making = Job.objects.filter(kind="provision", subject=code).exclude(state=JobState.CANCELLED)
    hosts = Domain.objects.filter(domain=f"{code}.{settings.BASE_DOMAIN}")
    if Agency.objects.filter(code=code).exists() or hosts.exists() or making.exists():
        raise AgencyCodeTaken(code)


def agency_code_proposed(request_detail: RequestDetail) -> str:
    """Return a free code: the body's code in the directory, or a code from the French name.

    A code with digits is not used, because nobody would recognise a place by its number in an
    address. A place's code begins with the kind, because a commune and a province may have the same
    name. If the code is taken, the name of the place above or a number is added. Returns "" if no
    code can be made of the name.
    """
    own = request_detail.answers.organisation_code
    body = organisation_find(code=own) if own else None
    if body is not None and not any(sign.isdigit() for sign in own):
        first = own[:MAX_CODE_LENGTH].rstrip("-")
    else:
        name = body.names.fr if body is not None else request_detail.answers.proposed_fr
        kind = body.kind if body is not None else request_detail.answers.proposed_kind
        first = _code_of(kind if kind in PLACES else "", name)
    if not CODE_SHAPE.fullmatch(first):
        return ""
    above = body.parent_names.fr if body is not None and body.parent_names else ""
    return next((code for code in _variants(first, above) if _is_free(code, own)), "")


def _code_of(kind: str, name: str) -> str:
    """Return a code of the kind and the first words of the name, without accents and small words.

    Returns "" if no word is left.
    """
    words = [word for word in search_words(name) if _LATIN_WORD.fullmatch(word)]
    if words[:1] == [kind]:
        words = words[1:]
    if not words:
        return ""
    code = "-".join(part for part in (kind, words[0]) if part)[:MAX_PROPOSED_CODE_LENGTH]
    for word in words[1:]:
        if len(code) + 1 + len(word) > MAX_PROPOSED_CODE_LENGTH:
            break
        code = f"{code}-{word}"
    return code


def _variants(code: str, above: str) -> Iterator[str]:
    """Yield the code, the code with the name of the place above, and the code with numbers."""
    yield code
    words = [word for word in search_words(above) if word not in PLACES]
    place = "-".join(word for word in words if _LATIN_WORD.fullmatch(word))
    if place and len(code) + 1 + len(place) <= MAX_CODE_LENGTH:
        yield f"{code}-{place}"
    for number in range(2, MAX_NAMESAKES):
        ending = f"-{number}"
        yield f"{code[: MAX_CODE_LENGTH - len(ending)].rstrip('-')}{ending}"


def _is_free(code: str, own: str) -> bool:
    try:
        agency_code_require(code=code)
    except (AgencyCodeReserved, AgencyCodeTaken):
        return False
    # With the code of another body, the address would seem to belong to that body.
    return code == own or not organisation_names(codes=[code])


def _choice(body: OrganisationInfo, language: str) -> Choice:
    parent = body.parent_names.text(language) if body.parent_names else ""
    hint = " – ".join(part for part in (str(OrganisationKind(body.kind).label), parent) if part)
    if body.agency_code:
        hint = _("%(place)s. Has a workspace already.") % {"place": hint}
    return Choice(code=body.code, name=body.name(language), hint=hint)


def workspace_address(code: str) -> str:
    """Return the address at which the staff of a workspace sign in."""
    return f"{host_url(f'{code}.{settings.BASE_DOMAIN}')}/"


def institution_refusal(refusal: DomainError, *, code: str, language: str) -> str:
    """Return the text of a refusal, for the institution."""
    if isinstance(refusal, InstitutionListed):
        code = str(refusal)
    body = organisation_find(code=code)
    name = f"\u2068{body.name(language)}\u2069" if body else ""
    if isinstance(refusal, InstitutionServed) and body:
        return _(
            "%(name)s has a workspace already. Its administrators can add you: they sign in at "
            "%(address)s."
        ) % {"name": name, "address": workspace_address(body.agency_code)}
    if isinstance(refusal, InstitutionListed) and body:
        return _("%(name)s is in the list already: choose it there.") % {"name": name}
    row = request_in_hand(code=code)
    if isinstance(refusal, InstitutionAsked) and row:
        return _(
            "A request for %(name)s came in on %(day)s from an address at %(domain)s, and national "
            "oversight has it in hand. Speak to your colleague there: the link in their e-mail "
            "shows how it stands."
        ) % {
            "name": name,
            "day": day_text(row.created_at, language=language),
            "domain": row.email.rpartition("@")[2],
        }
    if body and not body.accepts:
        return body.refusal.text(language)
    return refusal_message(refusal)
