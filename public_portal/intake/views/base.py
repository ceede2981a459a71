"""Helpers of the views of filing: the draft and the filed requests of the session."""

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
# Session key: the latest requests that this session has filed.
FILED_KEY = "filed"
# Session key of the tracking package: the tracking token of the opened case.
OPENED_KEY = "tracking_token"
# Session key: the tracking token of a case that was copied, and the token of the new draft.
CARRIED_KEY = "carried"
# Session key: the token of the latest held request, encrypted. Unencrypted, the token could connect
# an anonymous request with the account of the session.
HELD_KEY = "held"


def kept_draft(request: HttpRequest) -> KeptDraft:
    """Return the draft of this session; a blank draft if there is none or "send" was pressed."""
    kept = form_draft_find(token=request.session.get(SESSION_KEY, ""))
    # After "send", the next answer begins a new request.
    return KeptDraft() if kept.is_gone else kept


def filed_already(request: HttpRequest, kept: KeptDraft) -> HttpResponse:
    """Redirect to the receipt or the held request if this session has sent the answers.

    Other sessions may have the link to the answers; they get a page without the request.
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
    # At a double click, the first press may have filed after this request had read the session.
    latest = type(request.session)(request.session.session_key)
    return bool(marks.intersection(latest.get(FILED_KEY, [])))


def held_here(request: HttpRequest) -> str:
    """Return the token of the latest held request of this session, or ""."""
    try:
        return decrypt_text(request.session.get(HELD_KEY, ""), about=HELD_KEY)
    except DecryptionFailed:
        return ""


def anonymous_mark(reference: str) -> str:
    """Return the digest that a session stores in place of an anonymous request's reference.

    Without the digest, the stored session could connect the request with an account. The digest
    depends on ``SECRET_KEY``.
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
