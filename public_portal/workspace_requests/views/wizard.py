"""The journey that ends in a request for a workspace: one question a page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.errors import MailedCodeVoid
from public_portal.workspace_requests.forms.institution import (
    InstitutionForm,
    InstitutionSearchForm,
    ProposalForm,
)
from public_portal.workspace_requests.forms.wizard import FORMS, CodeForm, EmailForm, Wizard
from public_portal.workspace_requests.presenters import (
    institution_refusal,
    plan_offers,
    summary_rows,
)
from public_portal.workspace_requests.selectors import institution_choices, request_token
from public_portal.workspace_requests.services.drafts import UNSENT_LIFE, answers_discard
from public_portal.workspace_requests.services.email_proof import code_accept, code_send
from public_portal.workspace_requests.services.submission import request_send
from public_portal.workspace_requests.types import TERMS_VERSION, KeptRequest
from public_portal.workspace_requests.views.base import (
    PAGES,
    SESSION_KEY,
    begin,
    go_on,
    keep,
    kept_draft,
    kept_of_visit,
    known_browser_of,
    posted,
    reads_or_answers,
    step_page,
)
from shared.directory.forms import BrowseForm, LinkedBodyForm
from shared.directory.selectors import branches_of
from shared.directory.types import Tree
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.methods import form_of
from tenants.billing.selectors import plans_offered
from tenants.fleet.services.health.summary import mail_health


@require_safe
def show_offer(request: HttpRequest) -> HttpResponse:
    """What a workspace is, what it costs, what is asked, and how long it takes."""
    context = {
        "plans": plan_offers(plans_offered(), language=page_language()),
        "kept": kept_draft(request),
    }
    return render(request, "public_portal/workspace_requests/offer.html", context)


@require_safe
def show_terms(request: HttpRequest) -> HttpResponse:
    """The terms of use, with their version."""
    context = {"version": TERMS_VERSION, "days": UNSENT_LIFE.days}
    return render(request, "public_portal/workspace_requests/terms.html", context)


@reads_or_answers
def choose_institution(request: HttpRequest) -> HttpResponse:
    """Search by words or walk down the tree, then choose; or propose what is not there."""
    kept = kept_draft(request)
    search = InstitutionSearchForm(request.GET)
    form = InstitutionForm(
        posted(request),
        answers=kept.answers,
        language=page_language(),
        words=search.words(),
        linked=LinkedBodyForm(request.GET).to_code(),
    )
    onward, status = begin(request, kept, form)
    if onward:
        return onward
    ways = {"search_form": search, "words": search.words(), "tree": _tree(request)}
    return step_page(
        request, kept, Step.INSTITUTION, form, page="institution", status=status, context=ways
    )


@require_safe
def suggest_institutions(request: HttpRequest) -> HttpResponse:
    """What the words typed so far may mean, as the options of a list box."""
    words = InstitutionSearchForm(request.GET).words()
    found = institution_choices(words=words, chosen="", language=page_language()) if words else []
    return render(request, "public_portal/intake/_suggestions.html", {"found": found})


@reads_or_answers
def propose_institution(request: HttpRequest) -> HttpResponse:
    """Names, kind and parent of an institution that the directory does not hold."""
    kept = kept_draft(request)
    form = ProposalForm(posted(request), answers=kept.answers, language=page_language())
    onward, status = begin(request, kept, form)
    if onward:
        return onward
    back = {"back_url": reverse(PAGES[Step.INSTITUTION])}
    return step_page(request, kept, Step.INSTITUTION, form, status=status, context=back)


@reads_or_answers
def question(request: HttpRequest, step: Step) -> HttpResponse:
    """One plain question: read, answered, kept."""
    kept = kept_draft(request)
    gap = Wizard(kept).gap(before=step)
    if gap:
        return redirect(PAGES[gap])
    form = FORMS[step](posted(request), answers=kept.answers, language=page_language())
    if form.is_valid():
        return go_on(request, keep(request, kept, form.to_answers()), step)
    return step_page(request, kept, step, form)


@reads_or_answers
def check_answers(request: HttpRequest) -> HttpResponse:
    """Everything once more; sending leads to the request's page, twice as once."""
    kept = kept_of_visit(request)
    if kept.is_sent and kept.id:
        return redirect("workspace_requests:show-request", token=request_token(kept.id))
    gap = Wizard(kept).gap(before=Step.CHECK)
    if gap or kept.id is None:
        return redirect(PAGES[gap or Step.INSTITUTION])
    if request.method != "POST":
        return _check_page(request, kept)
    try:
        token = request_send(request_id=kept.id)
    except DomainError as refusal:
        return _check_page(request, kept, refusal)
    messages.success(request, _("Your request has been sent. We have mailed you its link."))
    return redirect("workspace_requests:show-request", token=token)


@form_of("workspace_requests:show-offer")
def discard_answers(request: HttpRequest) -> HttpResponse:
    """Forget the answers at once, for those who share a computer."""
    kept = kept_draft(request)
    request.session.pop(SESSION_KEY, None)
    if kept.id:
        answers_discard(request_id=kept.id)
        messages.success(request, _("Your answers have been deleted."))
    return redirect("workspace_requests:show-offer")


def _tree(request: HttpRequest) -> Tree:
    return branches_of(branch=BrowseForm(request.GET).to_branch(), language=page_language())


def _check_page(
    request: HttpRequest, kept: KeptRequest, refusal: DomainError | None = None
) -> HttpResponse:
    form = LinkedBodyForm({} if refusal else None)
    if refusal is not None:
        code = kept.answers.organisation_code
        form.add_error(None, institution_refusal(refusal, code=code, language=page_language()))
    change = {step: f"{reverse(name)}?change=1" for step, name in PAGES.items()}
    if not kept.answers.organisation_code:
        change[Step.INSTITUTION] = f"{reverse('workspace_requests:propose-institution')}?change=1"
    offers = plan_offers(plans_offered(), language=page_language())
    rows = summary_rows(kept.answers, language=page_language(), plans=offers, change=change)
    status, context = (409 if refusal else 200), {"rows": rows}
    return step_page(request, kept, Step.CHECK, form, page="check", status=status, context=context)


@reads_or_answers
def give_email(request: HttpRequest) -> HttpResponse:
    """The official address; a code leaves for it, whoever may have the address."""
    kept = kept_draft(request)
    gap = Wizard(kept).gap(before=Step.EMAIL)
    if gap:
        return redirect(PAGES[gap])
    form = EmailForm(posted(request), answers=kept.answers, language=page_language())
    if not form.is_valid():
        return step_page(request, kept, Step.EMAIL, form)
    kept = keep(request, kept, form.to_answers())
    if kept.is_proved or kept.id is None:
        return go_on(request, kept, Step.EMAIL)
    try:
        code_send(request_id=kept.id, place=known_browser_of(request))
    except TooManyAttempts as refusal:
        form.add_error(None, refusal_message(refusal))
        return step_page(request, kept, Step.EMAIL, form, status=refusal_status(refusal))
    return go_on(request, kept, Step.EMAIL)


@reads_or_answers
def enter_code(request: HttpRequest) -> HttpResponse:
    """The digits of the letter; the fifth wrong ones end it."""
    kept = kept_draft(request)
    gap = Wizard(kept).gap(before=Step.CODE)
    if gap or kept.is_proved:
        return redirect(PAGES[gap or Step.PERSON])
    form = CodeForm(posted(request))
    if not form.is_valid() or kept.id is None:
        return _code_page(request, kept, form)
    try:
        typed = form.cleaned_data["code"]
        code_accept(request_id=kept.id, typed=typed, place=known_browser_of(request))
    except DomainError as refusal:
        form.add_error("code", refusal_message(refusal))
        status = 400 if isinstance(refusal, MailedCodeVoid) else refusal_status(refusal)
        return _code_page(request, kept_draft(request), form, status=status)
    messages.success(request, _("Your address is confirmed."))
    return go_on(request, kept_of_visit(request), Step.CODE)


@form_of(PAGES[Step.CODE])
def send_again(request: HttpRequest) -> HttpResponse:
    """Another letter, for one that does not arrive or has grown too old."""
    kept = kept_draft(request)
    if kept.id is None or kept.is_proved or not kept.answers.email:
        return redirect(PAGES[Wizard(kept).gap(before=Step.CHECK) or Step.CHECK])
    try:
        code_send(request_id=kept.id, place=known_browser_of(request))
    except TooManyAttempts as refusal:
        messages.error(request, refusal_message(refusal))
    else:
        messages.success(request, _("We have sent a new code. The one before is void."))
    return redirect(PAGES[Step.CODE])


def _code_page(
    request: HttpRequest, kept: KeptRequest, form: CodeForm, *, status: int = 0
) -> HttpResponse:
    is_paused = mail_health().paused_since is not None
    context = {"email": kept.answers.email, "is_mail_paused": is_paused}
    return step_page(request, kept, Step.CODE, form, page="code", status=status, context=context)
