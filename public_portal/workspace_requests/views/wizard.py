"""Views of the wizard for a workspace request."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.forms.institution import (
    InstitutionForm,
    InstitutionSearchForm,
    ProposalForm,
)
from public_portal.workspace_requests.forms.wizard import FORMS, PAGES, CodeForm, EmailForm, Wizard
from public_portal.workspace_requests.selectors.institutions import (
    institution_choices,
    institution_refusal,
)
from public_portal.workspace_requests.selectors.requests import (
    plan_offers,
    request_token,
    workspace_summary_rows,
)
from public_portal.workspace_requests.services.drafts import UNSENT_LIFE, answers_discard
from public_portal.workspace_requests.services.email_proof import code_send, email_code_accept
from public_portal.workspace_requests.services.submission import request_send
from public_portal.workspace_requests.types import TERMS_VERSION, KeptRequest
from public_portal.workspace_requests.views.base import (
    SESSION_KEY,
    keep,
    keep_answers,
    kept_draft,
    kept_of_session,
    step_page,
)
from shared.directory.forms import BrowseForm, LinkedBodyForm
from shared.directory.selectors.organisation_tree import branches_of
from shared.forms.expired_session_input import input_led
from shared.forms.views import posted, reads_or_answers, redirect_with_message, refusals_as_messages
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui.addresses import client_group
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.billing.selectors import plans_offered
from tenants.fleet.services.health.summary import mail_health


@require_safe
def show_offer(request: HttpRequest) -> HttpResponse:
    """Show the page that explains workspaces, plans and the application."""
    return render(
        request,
        "public_portal/workspace_requests/offer.html",
        {
            "plans": plan_offers(plans_offered(), language=page_language()),
            "kept": kept_draft(request),
        },
    )


@require_safe
def show_terms(request: HttpRequest) -> HttpResponse:
    """Show the terms of use."""
    return render(
        request,
        "public_portal/workspace_requests/terms.html",
        {"version": TERMS_VERSION, "days": UNSENT_LIFE.days},
    )


@reads_or_answers
def choose_institution(request: HttpRequest) -> HttpResponse:
    """Show the search and the tree of institutions, or store the chosen institution."""
    kept, step = kept_draft(request), Step.INSTITUTION
    search = InstitutionSearchForm(request.GET)
    form = InstitutionForm(
        posted(request),
        answers=kept.answers,
        language=page_language(),
        words=search.words(),
        linked=LinkedBodyForm(request.GET).to_code(),
    )
    if onward := keep_answers(request, kept, form, step):
        return onward
    tree = branches_of(branch=BrowseForm(request.GET).to_branch(), language=page_language())
    context = {"search_form": search, "words": search.words(), "tree": tree}
    return step_page(request, kept, step, form, page="institution", context=context)


@require_safe
def suggest_institutions(request: HttpRequest) -> HttpResponse:
    """Show the institutions that match the typed words, as options of a list box."""
    words = InstitutionSearchForm(request.GET).words()
    found = institution_choices(words=words, chosen="", language=page_language()) if words else []
    return render(request, "public_portal/intake/_suggestions.html", {"found": found})


@reads_or_answers
def propose_institution(request: HttpRequest) -> HttpResponse:
    """Show or store the proposal of an institution that is not in the directory."""
    kept = kept_draft(request)
    form = ProposalForm(posted(request), answers=kept.answers, language=page_language())
    return keep_answers(request, kept, form, Step.INSTITUTION) or step_page(
        request,
        kept,
        Step.INSTITUTION,
        form,
        context={"back_url": reverse(PAGES[Step.INSTITUTION])},
    )


@reads_or_answers
def question(request: HttpRequest, step: Step) -> HttpResponse:
    """Show the page of a step, or store its answer and redirect to the next step."""
    kept = kept_draft(request)
    if gap := Wizard(kept).open_step(before=step):
        # After the end of the session, the first page of the wizard shows the text just typed.
        return redirect(input_led(request, reverse(PAGES[gap])))
    form = FORMS[step](posted(request), answers=kept.answers, language=page_language())
    return keep_answers(request, kept, form, step) or step_page(request, kept, step, form)


@reads_or_answers
def give_email(request: HttpRequest) -> HttpResponse:
    """Store the official e-mail address, and send a code there unless the address is proved."""
    kept = kept_draft(request)
    if gap := Wizard(kept).open_step(before=Step.EMAIL):
        return redirect(PAGES[gap])
    form = EmailForm(posted(request), answers=kept.answers, language=page_language())
    if form.is_valid():
        kept = keep(request, kept, form.to_answers())
        with refusals_beside(form, only=(TooManyAttempts,)):
            if kept.id and not kept.is_proved:
                code_send(request_id=kept.id, place=client_group(request))
            return Wizard(kept).next_page(request, Step.EMAIL)
    return step_page(request, kept, Step.EMAIL, form)


@reads_or_answers
def enter_code(request: HttpRequest) -> HttpResponse:
    """Check the typed code; the fifth wrong try makes the code void."""
    kept = kept_draft(request)
    gap = Wizard(kept).open_step(before=Step.CODE)
    if gap or kept.is_proved:
        return redirect(PAGES[gap or Step.PERSON])
    form = CodeForm(posted(request))
    if form.is_valid() and kept.id:
        with refusals_beside(form, field="code"):
            email_code_accept(request_id=kept.id, place=client_group(request), **form.cleaned_data)
            messages.success(request, _("Your address is confirmed."))
            return Wizard(kept_of_session(request)).next_page(request, Step.CODE)
    is_paused = mail_health().paused_since is not None
    return step_page(
        request,
        kept,
        Step.CODE,
        form,
        page="code",
        context={"email": kept.answers.email, "is_mail_paused": is_paused},
    )


@form_of(PAGES[Step.CODE])
def send_again(request: HttpRequest) -> HttpResponse:
    """Send a new code by e-mail."""
    kept = kept_draft(request)
    if kept.id is None or kept.is_proved or not kept.answers.email:
        return redirect(PAGES[Wizard(kept).open_step() or Step.CHECK])
    with refusals_as_messages(request, only=(TooManyAttempts,)):
        code_send(request_id=kept.id, place=client_group(request))
        messages.success(request, _("We have sent a new code. The one before is void."))
    return redirect(PAGES[Step.CODE])


@reads_or_answers
def check_answers(request: HttpRequest) -> HttpResponse:
    """Show all answers, or send the request; a second press of the button sends nothing."""
    kept = kept_of_session(request)
    if kept.is_sent and kept.id:
        return redirect("workspace_requests:show-request", token=request_token(kept.id))
    gap = Wizard(kept).open_step()
    if gap or kept.id is None:
        return redirect(PAGES[gap or Step.INSTITUTION])
    if request.method != "POST":
        return _check_page(request, kept)
    try:
        token = request_send(request_id=kept.id)
    except DomainError as refusal:
        return _check_page(request, kept, refusal)
    return redirect_with_message(
        request,
        _("Your request has been sent. We have mailed you its link."),
        "workspace_requests:show-request",
        token=token,
    )


@form_of("workspace_requests:show-offer")
def discard_answers(request: HttpRequest) -> HttpResponse:
    """Delete the session's unsent answers."""
    kept = kept_draft(request)
    request.session.pop(SESSION_KEY, None)
    if kept.id:
        answers_discard(request_id=kept.id)
        messages.success(request, _("Your answers have been deleted."))
    return redirect("workspace_requests:show-offer")


def _check_page(
    request: HttpRequest, kept: KeptRequest, refusal: DomainError | None = None
) -> HttpResponse:
    form, language = LinkedBodyForm({} if refusal else None), page_language()
    code = kept.answers.organisation_code
    change = {step: f"{reverse(name)}?change=1" for step, name in PAGES.items()}
    if not code:
        change[Step.INSTITUTION] = f"{reverse('workspace_requests:propose-institution')}?change=1"
    rows = workspace_summary_rows(
        kept.answers,
        language=language,
        plans=plan_offers(plans_offered(), language=language),
        change=change,
    )
    if refusal is not None:
        form.add_error(None, institution_refusal(refusal, code=code, language=language))
    return step_page(request, kept, Step.CHECK, form, page="check", context={"rows": rows})
