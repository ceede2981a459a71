"""The journey that ends in a complaint: one question a page, then a receipt."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from public_portal.intake.enums import Step
from public_portal.intake.forms import (
    FORMS,
    CheckForm,
    Journey,
    LinkForm,
    OrganisationForm,
    SearchForm,
    StepForm,
)
from public_portal.intake.letters import receipt_entries, receipt_qr, summary_rows
from public_portal.intake.selectors import (
    category_of,
    draft_find,
    handler_of,
    organisation_name,
    receipt_by_token,
    receipt_token,
)
from public_portal.intake.services import answers_seal, draft_discard, draft_keep, draft_send
from public_portal.intake.types import Answers, KeptDraft
from shared.catalogue.types import CategoryInfo
from shared.kernel.errors import InvalidInput, TryLater
from shared.ui.messages import refusal_message
from tenants.selectors import agencies_by_code

SESSION_KEY = "draft"
PAGES = {
    Step.KIND: "intake:start",
    Step.ORGANISATION: "intake:choose-organisation",
    Step.STORY: "intake:tell-story",
    Step.DETAILS: "intake:give-details",
    Step.WISH: "intake:state-wish",
    Step.PRIVACY: "intake:choose-privacy",
    Step.PERSON: "intake:give-contact",
    Step.CHECK: "intake:check-answers",
}

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


@reads_or_answers
def question(request: HttpRequest, step: Step) -> HttpResponse:
    """One question: show it, or keep its answer and go on. Nobody gets past an open question."""
    kept = _kept(request)
    journey = _journey(request, kept)
    detour = journey.detour(step)
    if detour:
        return redirect(PAGES[detour])
    form = FORMS[step](_posted(request), answers=journey.answers, language=_language())
    if form.is_valid():
        return _keep_and_go_on(request, kept, form, step)
    return _question_page(request, journey, step, form)


@reads_or_answers
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Search by words, then choose in the list of what was found."""
    kept = _kept(request)
    journey = _journey(request, kept)
    detour = journey.detour(Step.ORGANISATION)
    if detour:
        return redirect(PAGES[detour])
    search = SearchForm(request.GET)
    form = OrganisationForm(
        _posted(request), answers=journey.answers, language=_language(), words=search.words()
    )
    if form.is_valid():
        return _keep_and_go_on(request, kept, form, Step.ORGANISATION)
    return _question_page(request, journey, Step.ORGANISATION, form, search=search)


@reads_or_answers
def check_answers(request: HttpRequest) -> HttpResponse:
    """Everything once more; sending brings the receipt, twice as once."""
    kept = draft_find(token=request.session.get(SESSION_KEY, ""))
    if kept.reference:
        return redirect("intake:show-receipt", token=receipt_token(kept.reference))
    detour = Journey(answers=kept.answers, language=_language()).detour(Step.CHECK)
    if detour:
        return redirect(PAGES[detour])
    form = CheckForm(_posted(request), seal=answers_seal(kept))
    if form.is_valid():
        try:
            receipt = draft_send(kept=kept)
        except (InvalidInput, TryLater) as refusal:
            form.add_error(None, refusal_message(refusal))
        else:
            return redirect("intake:show-receipt", token=receipt_token(receipt.reference))
    return _check_page(request, kept, form)


@require_safe
def show_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt, for whoever has its address; it stays reachable."""
    receipt = receipt_by_token(token=token)
    agency = agencies_by_code(codes=[receipt.agency_code])[receipt.agency_code]
    context = {
        "receipt": receipt,
        "agency": agency,
        "entries": receipt_entries(receipt=receipt, agency=agency.name(_language())),
        "qr": receipt_qr(request.build_absolute_uri()),
    }
    return _unlisted(render(request, "public_portal/intake/receipt.html", context))


@require_safe
def save_draft(request: HttpRequest) -> HttpResponse:
    """How to come back to the answers, and until when they are kept."""
    kept = _kept(request)
    if not kept.token:
        return redirect(PAGES[Step.KIND])
    address = reverse("intake:resume-draft", args=[kept.token])
    context = {"kept": kept, "address": request.build_absolute_uri(address)}
    return _unlisted(render(request, "public_portal/intake/later.html", context))


@reads_or_answers
def resume_draft(request: HttpRequest, token: str) -> HttpResponse:
    """Take answers up again. Reading the page changes nothing: programmes follow links in mail."""
    kept = draft_find(token=token)
    if kept.token and request.method == "POST":
        request.session[SESSION_KEY] = kept.token
        return redirect(PAGES[Step.CHECK])
    page = render(
        request,
        "public_portal/intake/resume.html",
        {"kept": kept},
        status=200 if kept.token else 404,
    )
    return _unlisted(page)


@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Forget the answers at once, for those who share their telephone."""
    draft_discard(token=request.session.pop(SESSION_KEY, ""))
    messages.success(request, _("Your answers have been deleted."))
    return redirect(PAGES[Step.KIND])


def _kept(request: HttpRequest) -> KeptDraft:
    kept = draft_find(token=request.session.get(SESSION_KEY, ""))
    # What was sent is sent: the next answer begins a new request.
    return KeptDraft() if kept.reference else kept


def _journey(request: HttpRequest, kept: KeptDraft) -> Journey:
    answers = LinkForm(request.GET).to_answers(kept.answers)
    return Journey(answers=answers, language=_language())


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _keep_and_go_on(
    request: HttpRequest, kept: KeptDraft, form: StepForm, step: Step
) -> HttpResponse:
    answers = form.to_answers()
    request.session[SESSION_KEY] = draft_keep(token=kept.token, answers=answers)
    if "later" in request.POST:
        return redirect("intake:save-draft")
    journey = Journey(answers=answers, language=_language())
    if "change" in request.GET:
        return redirect(PAGES[journey.detour(Step.CHECK) or Step.CHECK])
    return redirect(PAGES[journey.after(step)])


def _question_page(
    request: HttpRequest,
    journey: Journey,
    step: Step,
    form: StepForm,
    search: SearchForm | None = None,
) -> HttpResponse:
    context = {"search_form": search, "words": search.words() if search else ""}
    return _step_page(request, journey, step, form, context)


def _step_page(
    request: HttpRequest,
    journey: Journey,
    step: Step,
    form: StepForm | CheckForm,
    context: Mapping[str, object],
) -> HttpResponse:
    previous = Step.CHECK if "change" in request.GET else journey.before(step)
    around = {
        "form": form,
        "number": journey.number(step),
        "total": len(journey.steps),
        "back_url": reverse("pages:home" if previous == step else PAGES[previous]),
    }
    page = f"public_portal/intake/{step}.html"
    return render(request, page, {**context, **around}, status=400 if form.is_bound else 200)


def _check_page(request: HttpRequest, kept: KeptDraft, form: CheckForm) -> HttpResponse:
    answers = kept.answers
    journey = Journey(answers=answers, language=_language())
    rows = summary_rows(
        answers=answers,
        organisation=organisation_name(code=answers.organisation, language=_language()),
        category=_category(answers),
        language=_language(),
        change={step: f"{reverse(PAGES[step])}?change=1" for step in journey.steps},
    )
    agency = handler_of(organisation=answers.organisation)
    context = {"rows": rows, "agency": agency, "answers": answers}
    return _step_page(request, journey, Step.CHECK, form, context)


def _category(answers: Answers) -> CategoryInfo | None:
    if not answers.category:
        return None
    return category_of(organisation=answers.organisation, kind=answers.kind, code=answers.category)


def _unlisted(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: not stored, not indexed, not told to the next site."""
    response["Cache-Control"] = "no-store, private"
    # Under "no-referrer" a browser sends its forms as from nowhere and they are refused; so that is
    # for browsers that do not know the second, which tells the site but never the address.
    response["Referrer-Policy"] = "no-referrer, strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]
