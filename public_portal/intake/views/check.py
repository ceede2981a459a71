"""Views of the check page and of filing."""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from public_portal.intake.enums import Step
from public_portal.intake.forms.check import CheckForm, MailForm
from public_portal.intake.forms.wizard import PAGES, Wizard
from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.selectors.finder import category_of, organisation_name, recipient_of
from public_portal.intake.selectors.summary import expectation_text, receipt_token, summary_rows
from public_portal.intake.services.drafts import answers_fingerprint
from public_portal.intake.services.expectation import expectation_of
from public_portal.intake.services.held_requests import answers_file_or_hold
from public_portal.intake.services.limits import filing_reserved, proof_is_asked
from public_portal.intake.services.mail import code_accept, code_letter_send
from public_portal.intake.types import Answers, HeldRequest, KeptDraft
from public_portal.intake.views.base import (
    FILED_KEY,
    HELD_KEY,
    SESSION_KEY,
    anonymous_mark,
    filed_already,
    held_here,
    kept_draft,
    own_similar,
)
from public_portal.intake.views.steps import REFUSED, step_page
from shared.accounts.permissions import citizen_id
from shared.complaints.enums import Declaration
from shared.forms.views import posted, reads_or_answers, refusals_as_messages, see_other
from shared.kernel.errors import DomainError, InvalidInput, TooManyAttempts, TryLater
from shared.limits.services.proof import proof_accept, proof_challenge
from shared.ui.addresses import client_group
from shared.ui.links import page_language
from shared.ui.messages import code_message, refusals_beside
from shared.ui.methods import form_of
from tenants.case_access.errors import DecryptionFailed
from tenants.case_access.services.text_encryption import decrypt_text, encrypt_text
from tenants.case_access.types import Receipt
from tenants.fleet.services.health.summary import mail_health

# Session key: the moment at which a code was mailed; the code itself is not stored.
CODE_KEY = "code_stamp"
MAX_FILED = 5
# Session key: the reference of the latest anonymous request, encrypted.
HIDDEN_KEY = "sent_hidden"


@reads_or_answers
def check_answers(request: HttpRequest) -> HttpResponse:
    """Show all answers, and file them as a request when "send" is pressed."""
    kept = form_draft_find(token=request.session.get(SESSION_KEY, ""))
    if kept.held_token:
        # Only the session that sent the answers still has their token.
        return redirect("intake:show-held", token=kept.held_token)
    if kept.reference:
        return filed_already(request, kept)
    if not kept.token and (filed := _filed_last(request)):
        return filed
    wizard = Wizard(answers=kept.answers, language=page_language())
    if detour := wizard.detour(Step.CHECK):
        return redirect(PAGES[detour])
    form = CheckForm(posted(request), seal=answers_fingerprint(kept))
    if form.is_valid():
        with refusals_beside(form, only=(InvalidInput, TryLater, TooManyAttempts)):
            return _show_filed(request, _file(request, kept, form))
    if code := _refusal_to_show(form):
        return see_other(f"{request.path}?{REFUSED}={code}")
    context = _check_context(request, kept, wizard)
    return step_page(request, kept, wizard, Step.CHECK, _refused_before(request, form), context)


def _refusal_to_show(form: CheckForm) -> str:
    """Return the code of the error to show after a redirect, or "" to show it in this response.

    If a code or a proof was sent, this response shows the error, because no URL may contain a code
    or proof.
    """
    if form.data.get("code") or form.data.get("altcha"):
        return ""
    errors = form.errors.as_data().get(NON_FIELD_ERRORS, []) if form.is_bound else []
    return next((str(one.code) for one in errors if one.code in DomainError.by_code), "")


def _refused_before(request: HttpRequest, form: CheckForm) -> CheckForm:
    """Return the form, with the error whose code is in the query string, if any."""
    code = request.GET.get(REFUSED, "")
    if form.is_bound or code not in DomainError.by_code:
        return form
    form = CheckForm({"seal": form.expected}, seal=form.expected)
    form.add_error(None, code_message(code))
    return form


@form_of(PAGES[Step.CHECK])
def send_code(request: HttpRequest) -> HttpResponse:
    """Mail a code, which replaces the proof of work in browsers without scripts."""
    kept = kept_draft(request)
    form = MailForm(request.POST)
    if kept.token and form.is_valid():
        with refusals_as_messages(request, only=(TooManyAttempts,)):
            request.session[CODE_KEY] = code_letter_send(
                draft=kept.token,
                email=form.cleaned_data["email"],
                address=client_group(request),
                language=page_language(),
            )
            messages.success(request, _("The code is on its way. It works for ten minutes."))
    elif kept.token:
        messages.error(request, " ".join(str(error) for error in form.errors["email"]))
    return redirect(PAGES[Step.CHECK])


def _filed_last(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the latest held or anonymous request of this session, or return ``None``."""
    if held := held_here(request):
        return redirect("intake:show-held", token=held)
    try:
        reference = decrypt_text(request.session.get(HIDDEN_KEY, ""), about=HIDDEN_KEY)
    except DecryptionFailed:
        return None
    return redirect("intake:show-receipt", token=receipt_token(reference))


def _show_filed(request: HttpRequest, filed: Receipt | HeldRequest) -> HttpResponse:
    """Redirect to the receipt of a filed request, or to the page of a held request."""
    if isinstance(filed, HeldRequest) and not filed.reference:
        for key in (SESSION_KEY, HIDDEN_KEY):
            request.session.pop(key, None)
        request.session[HELD_KEY] = encrypt_text(filed.token, about=HELD_KEY)
        return redirect("intake:show-held", token=filed.token)
    _keep_filed(request, filed)
    return redirect("intake:show-receipt", token=receipt_token(filed.reference))


def _file(request: HttpRequest, kept: KeptDraft, form: CheckForm) -> Receipt | HeldRequest:
    before = dict(request.session.items())
    with filing_reserved(
        email=kept.answers.email,
        address=client_group(request),
        proves=partial(_is_proved, request, kept, form),
    ) as given_back:
        filed = answers_file_or_hold(
            kept=kept, owner_id=citizen_id(request), on_filed=partial(_keep_filed, request)
        )
        if not filed.is_repeat:
            given_back.pop_all()
    if isinstance(filed, HeldRequest):
        _forget_filed(request, before)
    return filed


def _is_proved(request: HttpRequest, kept: KeptDraft, form: CheckForm) -> bool:
    return proof_accept(form.cleaned_data["altcha"]) or code_accept(
        draft=kept.token,
        stamp=request.session.get(CODE_KEY, ""),
        typed=form.cleaned_data["code"],
    )


def _forget_filed(request: HttpRequest, before: Mapping[str, object]) -> None:
    """Restore the session's values from before a filing that was rolled back."""
    for key in (SESSION_KEY, FILED_KEY, HIDDEN_KEY):
        request.session.pop(key, None)
        if key in before:
            request.session[key] = before[key]


def _keep_filed(request: HttpRequest, receipt: Receipt | HeldRequest) -> None:
    """Store in the session that it filed the request, and save the session at once."""
    earlier, reference = request.session.get(FILED_KEY, []), receipt.reference
    mark = anonymous_mark(reference) if receipt.is_anonymous else reference
    if mark in earlier:
        return
    request.session[FILED_KEY] = [mark, *earlier][:MAX_FILED]
    # Without this, a second press of "send" would show an earlier held request.
    request.session.pop(HELD_KEY, None)
    if receipt.is_anonymous:
        # The token of the answers could connect the request with the account of the session. The
        # encrypted reference lets a second press of "send" show the receipt.
        request.session.pop(SESSION_KEY, None)
        request.session[HIDDEN_KEY] = encrypt_text(reference, about=HIDDEN_KEY)
    # An error because the session has ended meanwhile must not undo the filing.
    with suppress(UpdateError):
        request.session.save()


def _check_context(request: HttpRequest, kept: KeptDraft, wizard: Wizard) -> dict[str, object]:
    answers, language = kept.answers, page_language()
    body, kind, code = answers.organisation, answers.kind, answers.category
    name = organisation_name(code=body, language=language)
    return {
        "rows": summary_rows(
            answers=answers,
            organisation=name,
            category=category_of(organisation=body, kind=kind, code=code) if code else None,
            language=language,
            change={step: f"{reverse(PAGES[step])}?change=1" for step in wizard.steps},
            files=kept.files,
        ),
        "answers": answers,
        "limits_examination": answers.declarations not in ((), (Declaration.NONE,)),
        "similar": own_similar(request, answers),
        "organisation": name,
        **_recipient(answers),
        **_proofs(request, answers),
    }


def _recipient(answers: Answers) -> dict[str, object]:
    recipient = recipient_of(organisation=answers.organisation)
    context: dict[str, object] = {"recipient": recipient}
    # The orientation desk only names the competent body, so no time of a reply can be expected.
    if not recipient.is_orientation:
        found = expectation_of(
            organisation=answers.organisation, agency_code=recipient.agency.code, kind=answers.kind
        )
        if found is not None:
            context |= {"expected": found, "expectation": expectation_text(found)}
    return context


def _proofs(request: HttpRequest, answers: Answers) -> dict[str, object]:
    wait = proof_is_asked(email=answers.email, address=client_group(request))
    if not wait:
        return {}
    return {
        "minutes": -(-wait // 60),
        "challenge": json.dumps(proof_challenge()),
        "code_form": MailForm(auto_id="code_%s"),
        "code_was_sent": CODE_KEY in request.session,
        "is_mail_paused": mail_health().paused_since is not None,
    }
