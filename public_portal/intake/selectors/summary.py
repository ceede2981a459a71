"""The texts of the check page, and queries on the receipt of a filed request."""

from collections.abc import Iterator, Mapping, Sequence

import segno
from django.core.signing import BadSignature, Signer
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from public_portal.intake.enums import Step
from public_portal.intake.types import Answers
from shared.catalogue.presenters import details_in_words
from shared.catalogue.types import CategoryInfo
from shared.complaints.enums import OPEN, Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.types import CaseSummary, StoredFile
from shared.kernel.legal_deadline import REPLY_DAYS
from shared.kernel.text import search_words
from shared.register.types import Expectation
from shared.ui.dates import day_text
from shared.ui.links import OWN_NAMES
from shared.ui.types import SummaryRow
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.gateway import receipt_get
from tenants.case_access.services.owned_cases import cases_of_session
from tenants.case_access.types import Receipt

MAX_OWN = 20
WORDS_ALIKE = 2
# Mail programs cut a link at ":", which is Django's separator.
_receipts = Signer(salt="public.intake.receipt", sep=".")


def own_similar_cases(
    *, answers: Answers, tokens: list[str], references: list[str], owner_id: int | None
) -> list[CaseSummary]:
    """Return the visitor's own open cases that may concern the same matter as the answers.

    Such a case has the same body, or shares two or more meaningful words of the subject.
    """
    words = set(search_words(answers.subject))
    return [
        case
        for case in cases_of_session(
            tokens=tokens, references=references, owner_id=owner_id, most=MAX_OWN
        )
        if case.status in OPEN
        and (
            case.organisation_code == answers.organisation
            or len(words.intersection(search_words(case.subject))) >= WORDS_ALIKE
        )
    ]


def receipt_token(reference: str) -> str:
    """Return the token of a receipt page; everybody with the token can read the receipt code."""
    return _receipts.sign(reference)


def receipt_by_token(*, token: str) -> Receipt:
    """Return the receipt of a token. Raises ``CaseNotFound``."""
    try:
        return receipt_get(reference=_receipts.unsign(token))
    except BadSignature:
        raise CaseNotFound from None


def summary_rows(
    *,
    answers: Answers,
    organisation: str,
    category: CategoryInfo | None,
    language: str,
    change: Mapping[Step, str],
    files: Sequence[StoredFile] = (),
) -> list[SummaryRow]:
    """Return the lines of the check page: label, answer, and link to change the answer."""
    # One name on each line, because names may be in different scripts.
    names = "\n".join(file.name for file in files)
    rows = [
        *_request_rows(answers, organisation, category, language),
        (Step.FILES, _("Photos, documents and recordings"), names),
        *_person_rows(answers),
    ]
    return [
        SummaryRow(
            label=label,
            value=value or _("Not given"),
            change_url=change[step],
            is_free_text=value in (answers.body, answers.remedy, names) and bool(value),
        )
        for step, label, value in rows
    ]


def _request_rows(
    answers: Answers, organisation: str, category: CategoryInfo | None, language: str
) -> Iterator[tuple[Step, str, str]]:
    yield Step.KIND, _("Kind of request"), str(Kind(answers.kind).label)
    yield Step.ORGANISATION, _("Organisation"), organisation
    yield Step.ADMISSIBILITY, _("What applies"), declarations_in_words(answers.declarations)
    if category:
        yield Step.STORY, _("What it is about"), category.name(language)
    yield Step.STORY, _("Subject"), answers.subject
    yield Step.STORY, _("Your text"), answers.body
    day = answers.happened_on
    yield Step.CIRCUMSTANCES, _("When it happened"), day_text(day, language=language) if day else ""
    yield Step.CIRCUMSTANCES, _("Place"), answers.place
    if category:
        for asked, answer in details_in_words(category.questions, answers.details, language):
            yield Step.DETAILS, asked, answer
    yield Step.WISH, _("What you ask for"), answers.remedy
    yield Step.WISH, _("Language of the answer"), OWN_NAMES[Language(answers.language)]


def declarations_in_words(declarations: Sequence[str]) -> str:
    """Return the labels of the admissibility declarations, on one line."""
    return " · ".join(str(Declaration(one).label) for one in declarations)


def _person_rows(answers: Answers) -> Iterator[tuple[Step, str, str]]:
    yield Step.PRIVACY, _("Your identity"), str(Privacy(answers.privacy).label)
    if answers.privacy == Privacy.ANONYMOUS:
        return
    yield Step.PERSON, _("You are"), str(PartyKind(answers.party_kind).label)
    yield Step.PERSON, _("Full name"), answers.name
    yield Step.PERSON, _("E-mail address"), answers.email
    yield Step.PERSON, _("Telephone"), answers.phone
    yield Step.PERSON, _("National identity number (CIN)"), answers.national_id


def receipt_qr(url: str) -> SafeString:
    """Return a QR code with the address of a receipt or held request, for the printed page."""
    drawing = segno.make(url, error="m").svg_inline(scale=3, border=4, dark="#000", light="#fff")
    # Safe, because the SVG has only shapes and no text of the URL.
    return SafeString(drawing)


def expectation_text(found: Expectation) -> str:
    """Return in words by which day half of the complaints had a reply, or that fewer had one."""
    if found.median_days is None or found.median_range is None:
        return _("fewer than half had an answer within %(term)d days") % {"term": REPLY_DAYS}
    days = {
        "day": found.median_days,
        "low": found.median_range.low,
        "high": found.median_range.high,
    }
    if found.median_range.high is None:
        return _("half had an answer by day %(day)d; the range is day %(low)d or later") % days
    if found.median_range.low == found.median_range.high:
        return _("half had an answer by day %(day)d") % days
    return _("half had an answer by day %(day)d; the range is %(low)d to %(high)d") % days
