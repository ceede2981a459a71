"""Helpers shared by the views of filing: the session's draft, and what it has filed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac

from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.selectors.summary import own_similar_cases, receipt_token
from public_portal.intake.types import Answers, KeptDraft
from shared.accounts.permissions import citizen_id
from shared.complaints.types import CaseSummary
from shared.ui.cache_control import unlisted
from tenants.case_access.errors import DecryptionFailed
from tenants.case_access.services.text_encryption import decrypt_text

SESSION_KEY = "draft"
# What this session has sent, the latest few.
FILED_KEY = "filed"
# The token of the case that this session has opened, as tracking keeps it.
OPENED_KEY = "tracking_token"
# The tracking token with which this session carried a case over, and the draft that it made.
CARRIED_KEY = "carried"
# The address of the request that this session has sent last and that is held, encrypted: its row
# may come to name an anonymous request, and the session may hold an account.
HELD_KEY = "held"


def kept_draft(request: HttpRequest) -> KeptDraft:
    """Return the draft of this session; a blank one where there is none or it was sent."""
    kept = form_draft_find(token=request.session.get(SESSION_KEY, ""))
    # What was sent is sent: the next answer begins a new request.
    return KeptDraft() if kept.is_gone else kept


def filed_already(request: HttpRequest, kept: KeptDraft) -> HttpResponse:
    """Redirect to the receipt if this session sent the answers; show it to no other session.

    Other people may have the address of the answers, and must not read the request.
    """
    if kept.reference and _filed_here(request, kept.reference):
        return redirect("intake:show-receipt", token=receipt_token(kept.reference))
    if kept.held_token and kept.held_token == held_here(request):
        return redirect("intake:show-held", token=kept.held_token)
    return unlisted(render(request, "public_portal/intake/resume.html", {"kept": kept}))


def _filed_here(request: HttpRequest, reference: str) -> bool:
    marks = {reference, anonymous_mark(reference)}
    if marks.intersection(request.session.get(FILED_KEY, [])):
        return True
    # The button may have been pressed twice, and the first press filed since the session was read.
    latest = type(request.session)(request.session.session_key)
    return bool(marks.intersection(latest.get(FILED_KEY, [])))


def held_here(request: HttpRequest) -> str:
    """Return the token of the request that this session sent last and that is held, or ""."""
    try:
        return decrypt_text(request.session.get(HELD_KEY, ""), about=HELD_KEY)
    except DecryptionFailed:
        return ""


def anonymous_mark(reference: str) -> str:
    """Return what a session stores of an anonymous request instead of its reference.

    The session may hold an account or named requests too. The mark is a digest under
    ``SECRET_KEY``, so the row of the session ties none of them to the request.
    """
    return salted_hmac("public.intake.filed", reference, algorithm="sha256").hexdigest()


def own_similar(request: HttpRequest, answers: Answers) -> list[CaseSummary]:
    """Return the visitor's own open cases that may be about the same matter."""
    opened = request.session.get(OPENED_KEY, "")
    return own_similar_cases(
        answers=answers,
        tokens=[opened] if opened else [],
        references=request.session.get(FILED_KEY, []),
        owner_id=citizen_id(request),
    )
