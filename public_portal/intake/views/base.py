"""What the pages of filing a request share: whose draft it is, how a step is shown."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac

from public_portal.intake.enums import Step
from public_portal.intake.forms.base import StepForm
from public_portal.intake.forms.check import CheckForm
from public_portal.intake.forms.wizard import PAGES, LinkForm, Wizard
from public_portal.intake.selectors import draft_find, receipt_token, similar_cases
from public_portal.intake.services import draft_keep
from public_portal.intake.types import Answers, KeptDraft
from shared.accounts.permissions import citizen_id
from shared.complaints.types import CaseSummary
from shared.forms.views import reads_or_answers
from shared.ui.cache_control import unlisted
from shared.ui.links import in_language, page_language
from tenants.case_access.errors import DecryptionFailed
from tenants.case_access.services.text_encryption import decrypt_text

SESSION_KEY = "draft"
# What this visit has sent, the latest few.
FILED_KEY = "filed"
# The token of the case that this visit has opened, as tracking keeps it.
OPENED_KEY = "tracking_token"
# The tracking token with which this visit carried a case over, and the draft that it made.
CARRIED_KEY = "carried"
# The address of the request that this visit has sent last and that is held, encrypted: its row may
# come to name an anonymous request, and the visit may hold an account.
HELD_KEY = "held"

StepView = Callable[[HttpRequest, KeptDraft, Wizard, Step], HttpResponse]


def step_view(view: StepView) -> Callable[[HttpRequest, Step], HttpResponse]:
    """Give a view the draft and the wizard of this visit, or lead to the step that is open."""

    @reads_or_answers
    @wraps(view)
    def guarded(request: HttpRequest, step: Step) -> HttpResponse:
        kept = kept_draft(request)
        # With what the address of the page has chosen beforehand.
        wizard = Wizard(
            answers=LinkForm(request.GET).to_answers(kept.answers), language=page_language()
        )
        detour = wizard.detour(step)
        return redirect(PAGES[detour]) if detour else view(request, kept, wizard, step)

    return guarded


def kept_draft(request: HttpRequest) -> KeptDraft:
    """Find the draft of this visit; a blank one where there is none, or where it was sent."""
    kept = draft_find(token=request.session.get(SESSION_KEY, ""))
    # What was sent is sent: the next answer begins a new request.
    return KeptDraft() if kept.is_gone else kept


def sent_already(request: HttpRequest, kept: KeptDraft) -> HttpResponse:
    """Lead the visit that sent the answers to the receipt, and show its code to no other.

    The address of the answers may have gone to people who were never to read the request.
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
    # The button may have been pressed twice, and the first have filed since our session was read.
    latest = type(request.session)(request.session.session_key)
    return bool(marks.intersection(latest.get(FILED_KEY, [])))


def held_here(request: HttpRequest) -> str:
    """Read which held request this visit has sent last; "" where it has sent none."""
    try:
        return decrypt_text(request.session.get(HELD_KEY, ""), about=HELD_KEY)
    except DecryptionFailed:
        return ""


def anonymous_mark(reference: str) -> str:
    """Return what a visit keeps of an anonymous request instead of its reference.

    Its visit may hold an account or named requests as well. A digest under ``SECRET_KEY``: the row
    of the visit ties none of them to it.
    """
    return salted_hmac("public.intake.filed", reference, algorithm="sha256").hexdigest()


def keep_answers(
    request: HttpRequest, kept: KeptDraft, wizard: Wizard, form: StepForm, step: Step
) -> HttpResponse | None:
    """Keep what was sent and lead on; ``None`` where the page is shown, to be put right first.

    An unfinished page is kept as it stands for whoever leaves it.
    """
    if form.is_valid():
        answers = form.to_answers().without_typed(step)
        request.session[SESSION_KEY] = draft_keep(token=kept.token, answers=answers)
        wizard = Wizard(answers=answers, language=page_language())
        return _leaving(request, wizard, step) or wizard.next_page(request, step)
    leaving = _leaving(request, wizard, step) if form.is_bound else None
    if leaving:
        typed = form.as_it_stands()
        answers = wizard.answers.with_typed(step, typed) if typed else wizard.answers
        # To see an empty page in another language is no request yet.
        if kept.token or answers != Answers() or "later" in request.POST:
            request.session[SESSION_KEY] = draft_keep(token=kept.token, answers=answers)
    return leaving


def _leaving(request: HttpRequest, wizard: Wizard, step: Step) -> HttpResponse | None:
    """Follow a button that does not ask for the next page."""
    wanted = request.POST.get("goto", "")
    if "later" in request.POST:
        return redirect("intake:save-draft")
    if wanted in dict(settings.LANGUAGES):
        # What the address had chosen beforehand is kept now, and may have been changed since.
        return redirect(in_language(request, wanted, without=list(LinkForm.base_fields)))
    # From a change the way back is the check page, which an open question does not let pass.
    if wanted == "back" and "change" not in request.GET:
        return redirect(wizard.back_url(request, step))
    return None


def step_page(
    request: HttpRequest,
    wizard: Wizard,
    step: Step,
    form: StepForm | CheckForm,
    context: Mapping[str, object],
) -> HttpResponse:
    """Render the page of one step, with its place in the wizard and the way back."""
    shown = {
        **context,
        **wizard.context(request, step),
        "is_follow_up": bool(wizard.answers.follows),
        # The form that keeps what is typed when the language is changed or one goes back.
        "keeper": "answers" if isinstance(form, StepForm) else "",
    }
    return render(
        request,
        f"public_portal/intake/{step}.html",
        {"form": form, **shown},
        status=400 if form.is_bound else 200,
    )


def own_similar(request: HttpRequest, answers: Answers) -> list[CaseSummary]:
    """Find what this visitor has open already and may be about the same."""
    opened = request.session.get(OPENED_KEY, "")
    return similar_cases(
        answers=answers,
        tokens=[opened] if opened else [],
        references=request.session.get(FILED_KEY, []),
        owner_id=citizen_id(request),
    )
