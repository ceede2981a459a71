"""What the pages of the journey share: whose draft it is, which step is next, how it is shown."""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods

from public_portal.intake.enums import PARTS, Step
from public_portal.intake.forms.base import StepForm
from public_portal.intake.forms.wizard import CheckForm, LinkForm, Wizard
from public_portal.intake.selectors import draft_find, receipt_token, similar_cases
from public_portal.intake.services import draft_keep
from public_portal.intake.types import Answers, KeptDraft
from shared.accounts.permissions import citizen_id
from shared.complaints.types import CaseSummary
from shared.ui.caching import unlisted
from shared.ui.links import in_language, page_language
from tenants.case_access.errors import DecryptionFailed
from tenants.case_access.services.encryption import decrypt_text, encrypt_text
from tenants.case_access.types import Receipt

SESSION_KEY = "draft"
# What this visit has sent, the latest few.
FILED_KEY = "filed"
MAX_FILED = 5
# The anonymous request that this visit has sent last, sealed: its answers' token would lead to it.
HIDDEN_KEY = "sent_hidden"
# The token of the case that this visit has opened, as tracking keeps it.
OPENED_KEY = "tracking_token"
PAGES = {
    Step.KIND: "intake:start",
    Step.ORGANISATION: "intake:choose-organisation",
    Step.ADMISSIBILITY: "intake:say-admissibility",
    Step.STORY: "intake:tell-story",
    Step.DETAILS: "intake:give-details",
    Step.WISH: "intake:state-wish",
    Step.FILES: "intake:add-files",
    Step.PRIVACY: "intake:choose-privacy",
    Step.PERSON: "intake:give-contact",
    Step.CHECK: "intake:check-answers",
}

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def kept_draft(request: HttpRequest) -> KeptDraft:
    """The draft of this visit; a blank one where there is none, or where it was sent."""
    kept = draft_find(token=request.session.get(SESSION_KEY, ""))
    # What was sent is sent: the next answer begins a new request.
    return KeptDraft() if kept.reference else kept


def journey_of(request: HttpRequest, kept: KeptDraft) -> Wizard:
    """The way of this visit, with what the address of the page has chosen beforehand."""
    answers = LinkForm(request.GET).to_answers(kept.answers)
    return Wizard(answers=answers, language=page_language())


def with_person(request: HttpRequest, answers: Answers) -> Answers:
    """The answers with the name and address of the account, where nothing has been typed yet."""
    user = request.user
    if answers.name or answers.email or not user.is_authenticated:
        return answers
    return replace(answers, name=user.name, email=user.email)


def sent_already(request: HttpRequest, kept: KeptDraft) -> HttpResponse:
    """Answers that were sent: the receipt for the visit that sent them, and its code for no other.

    The address of the answers may have gone to people who were never to read the request.
    """
    if _filed_here(request, kept.reference):
        return redirect("intake:show-receipt", token=receipt_token(kept.reference))
    return unlisted(render(request, "public_portal/intake/resume.html", {"kept": kept}))


def _filed_here(request: HttpRequest, reference: str) -> bool:
    marks = {reference, anonymous_mark(reference)}
    if marks.intersection(request.session.get(FILED_KEY, [])):
        return True
    # The button may have been pressed twice, and the first have filed since our session was read.
    latest = type(request.session)(request.session.session_key)
    return bool(marks.intersection(latest.get(FILED_KEY, [])))


def filed_mark(receipt: Receipt) -> str:
    """What a visit keeps of a request it has sent."""
    return anonymous_mark(receipt.reference) if receipt.is_anonymous else receipt.reference


def anonymous_mark(reference: str) -> str:
    """What it keeps of an anonymous one: its visit may hold an account or named requests as well.

    A digest under ``SECRET_KEY``: the row of the visit ties none of them to it.
    """
    return salted_hmac("public.intake.filed", reference, algorithm="sha256").hexdigest()


def hidden_note(request: HttpRequest, reference: str) -> None:
    """Take the answers of an anonymous request out of the visit, and seal which one it was.

    Their row names the request for a month, and the visit may hold an account. Who presses "send"
    again must come to the receipt all the same.
    """
    request.session.pop(SESSION_KEY, None)
    request.session[HIDDEN_KEY] = encrypt_text(reference, about=HIDDEN_KEY)


def hidden_sent(request: HttpRequest) -> str:
    """The anonymous request that this visit has sent last; "" where it has sent none."""
    try:
        return decrypt_text(request.session.get(HIDDEN_KEY, ""), about=HIDDEN_KEY)
    except DecryptionFailed:
        return ""


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed; nothing when the page is only read."""
    return request.POST if request.method == "POST" else None


def keep_and_go_on(
    request: HttpRequest, kept: KeptDraft, form: StepForm, step: Step
) -> HttpResponse:
    """Keep the answer and lead to the page that follows."""
    answers = form.to_answers().without_typed(step)
    request.session[SESSION_KEY] = draft_keep(token=kept.token, answers=answers)
    journey = Wizard(answers=answers, language=page_language())
    leaving = _leaving(request, journey, step)
    if leaving:
        return leaving
    if "change" in request.GET:
        return redirect(PAGES[journey.detour(Step.CHECK) or Step.CHECK])
    return redirect(PAGES[journey.after(step)])


def keep_as_it_stands(
    request: HttpRequest, kept: KeptDraft, journey: Wizard, form: StepForm, step: Step
) -> HttpResponse | None:
    """Keep an unfinished page for whoever leaves it; ``None`` where it must be put right first."""
    leaving = _leaving(request, journey, step)
    if leaving is None:
        return None
    typed = form.as_it_stands()
    answers = journey.answers.with_typed(step, typed) if typed else journey.answers
    # A look at an empty page in another language is no request yet.
    if kept.token or answers != Answers() or "later" in request.POST:
        request.session[SESSION_KEY] = draft_keep(token=kept.token, answers=answers)
    return leaving


def _leaving(request: HttpRequest, journey: Wizard, step: Step) -> HttpResponse | None:
    """Where a button leads that does not ask for the next page."""
    wanted = request.POST.get("goto", "")
    if "later" in request.POST:
        return redirect("intake:save-draft")
    if wanted in dict(settings.LANGUAGES):
        # What the address had chosen beforehand is kept now, and may have been changed since.
        return redirect(in_language(request, wanted, without=list(LinkForm.base_fields)))
    # From a change the way back is the last look, which an open question does not let pass.
    if wanted == "back" and "change" not in request.GET:
        return redirect(_way_back(request, journey, step))
    return None


def _way_back(request: HttpRequest, journey: Wizard, step: Step) -> str:
    previous = Step.CHECK if "change" in request.GET else journey.before(step)
    return reverse("pages:home" if previous == step else PAGES[previous])


def step_page(
    request: HttpRequest,
    journey: Wizard,
    step: Step,
    form: StepForm | CheckForm,
    context: Mapping[str, object],
) -> HttpResponse:
    """The page of one step, with its place in the journey and the way back."""
    around = {
        "form": form,
        "number": journey.number(step),
        "total": len(PARTS),
        "is_follow_up": bool(journey.answers.follows),
        "back_url": _way_back(request, journey, step),
        # The form that keeps what is typed when the language is changed or one goes back.
        "keeper": "answers" if isinstance(form, StepForm) else "",
    }
    page = f"public_portal/intake/{step}.html"
    return render(request, page, {**context, **around}, status=400 if form.is_bound else 200)


def own_similar(request: HttpRequest, answers: Answers) -> list[CaseSummary]:
    """What this visitor has open already and may be about the same."""
    opened = request.session.get(OPENED_KEY, "")
    return similar_cases(
        answers=answers,
        tokens=[opened] if opened else [],
        references=request.session.get(FILED_KEY, []),
        owner_id=citizen_id(request),
    )
