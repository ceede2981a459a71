"""Everything once more, then sending; over the limits with a proof that no machine does it."""

import json
from contextlib import suppress
from functools import partial

from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from public_portal.intake.enums import Step
from public_portal.intake.forms.check import LetterForm
from public_portal.intake.forms.wizard import CheckForm, Wizard
from public_portal.intake.presenters import summary_rows
from public_portal.intake.selectors import (
    category_of,
    draft_find,
    handler_of,
    organisation_name,
    receipt_token,
)
from public_portal.intake.services import (
    answers_fingerprint,
    code_accept,
    code_letter_send,
    draft_send,
    filed_within_limits,
    proof_is_asked,
)
from public_portal.intake.types import Answers, KeptDraft
from public_portal.intake.views.base import (
    FILED_KEY,
    MAX_FILED,
    PAGES,
    SESSION_KEY,
    filed_mark,
    hidden_note,
    hidden_sent,
    kept_draft,
    own_similar,
    posted,
    reads_or_answers,
    sent_already,
    step_page,
)
from shared.accounts.permissions import citizen_id
from shared.catalogue.types import CategoryInfo
from shared.complaints.enums import Declaration
from shared.kernel.errors import InvalidInput, TooManyAttempts, TryLater
from shared.limits.services import proof_accept, proof_challenge
from shared.ui.addresses import address_group, client_address
from shared.ui.links import page_language
from shared.ui.messages import refusal_message
from shared.ui.methods import form_of
from tenants.case_access.types import Receipt
from tenants.fleet.services.health.summary import mail_health

# When the code was sent that this visit may try; the code itself is nowhere.
CODE_KEY = "code_stamp"


@reads_or_answers
def check_answers(request: HttpRequest) -> HttpResponse:
    """Everything once more; sending brings the receipt, twice as once."""
    kept = draft_find(token=request.session.get(SESSION_KEY, ""))
    if kept.reference:
        return sent_already(request, kept)
    if not kept.token and (reference := hidden_sent(request)):
        return redirect("intake:show-receipt", token=receipt_token(reference))
    detour = Wizard(answers=kept.answers, language=page_language()).detour(Step.CHECK)
    if detour:
        return redirect(PAGES[detour])
    form = CheckForm(posted(request), seal=answers_fingerprint(kept))
    if form.is_valid():
        try:
            receipt = _file(request, kept, form)
        except (InvalidInput, TryLater, TooManyAttempts) as refusal:
            form.add_error(None, refusal_message(refusal))
        else:
            _note_filed(request, receipt)
            return redirect("intake:show-receipt", token=receipt_token(receipt.reference))
    return _check_page(request, kept, form)


@form_of(PAGES[Step.CHECK])
def send_code(request: HttpRequest) -> HttpResponse:
    """Send a code to any address, for those whose browser runs no script."""
    kept = kept_draft(request)
    form = LetterForm(request.POST)
    if kept.token and form.is_valid():
        try:
            request.session[CODE_KEY] = code_letter_send(
                draft=kept.token,
                email=form.cleaned_data["email"],
                address=_address(request),
                language=page_language(),
            )
            messages.success(request, _("The code is on its way. It works for ten minutes."))
        except TooManyAttempts as refusal:
            messages.error(request, refusal_message(refusal))
    elif kept.token:
        messages.error(request, " ".join(str(error) for error in form.errors["email"]))
    return redirect(PAGES[Step.CHECK])


def _file(request: HttpRequest, kept: KeptDraft, form: CheckForm) -> Receipt:
    def proves() -> bool:
        return proof_accept(form.cleaned_data["altcha"]) or code_accept(
            draft=kept.token,
            stamp=request.session.get(CODE_KEY, ""),
            typed=form.cleaned_data["code"],
        )

    return filed_within_limits(
        email=kept.answers.email,
        address=_address(request),
        proves=proves,
        file=lambda: draft_send(
            kept=kept, owner_id=citizen_id(request), note=partial(_note_filed, request)
        ),
    )


def _note_filed(request: HttpRequest, receipt: Receipt) -> None:
    """Let this visit, and no other with the same answers, see the receipt; at once."""
    earlier, mark = request.session.get(FILED_KEY, []), filed_mark(receipt)
    if mark not in earlier:
        request.session[FILED_KEY] = [mark, *earlier][:MAX_FILED]
        if receipt.is_anonymous:
            hidden_note(request, receipt.reference)
        # A visit that has ended meanwhile takes nothing from the request, which has a letter.
        with suppress(UpdateError):
            request.session.save()


def _address(request: HttpRequest) -> str:
    return address_group(client_address(request))


def _check_page(request: HttpRequest, kept: KeptDraft, form: CheckForm) -> HttpResponse:
    answers = kept.answers
    journey = Wizard(answers=answers, language=page_language())
    rows = summary_rows(
        answers=answers,
        organisation=organisation_name(code=answers.organisation, language=page_language()),
        category=_category(answers),
        language=page_language(),
        change={step: f"{reverse(PAGES[step])}?change=1" for step in journey.steps},
        files=kept.files,
    )
    context = {
        "rows": rows,
        "agency": handler_of(organisation=answers.organisation),
        "answers": answers,
        "limits_examination": answers.declarations not in ((), (Declaration.NONE,)),
        "similar": own_similar(request, answers),
        **_proofs(request, answers),
    }
    return step_page(request, journey, Step.CHECK, form, context)


def _proofs(request: HttpRequest, answers: Answers) -> dict[str, object]:
    wait = proof_is_asked(email=answers.email, address=_address(request))
    if not wait:
        return {}
    return {
        "minutes": -(-wait // 60),
        "challenge": json.dumps(proof_challenge()),
        "code_form": LetterForm(auto_id="code_%s"),
        "code_was_sent": CODE_KEY in request.session,
        "is_mail_paused": mail_health().paused_since is not None,
    }


def _category(answers: Answers) -> CategoryInfo | None:
    if not answers.category:
        return None
    return category_of(organisation=answers.organisation, kind=answers.kind, code=answers.category)
