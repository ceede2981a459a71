"""One step of the wizard: its form, storing what was sent, and rendering its page."""

import json
from collections.abc import Callable, Mapping
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _, gettext_lazy

from public_portal.intake.enums import Step
from public_portal.intake.forms.base import StepForm, as_typed, typed_data, typed_in
from public_portal.intake.forms.check import CheckForm
from public_portal.intake.forms.wizard import FORMS, PAGES, LinkForm, Wizard
from public_portal.intake.services.drafts import form_draft_keep
from public_portal.intake.types import Answers, KeptDraft
from public_portal.intake.views.base import SESSION_KEY, kept_draft
from shared.forms.expired_session_input import saved_input, unplaced_input
from shared.forms.views import input_shown, posted, reads_or_answers, see_other
from shared.ui.form_keys import NOT_TYPED
from shared.ui.links import in_language, page_language, url_with_query

# In the address of a page that shows what was wrong with what was sent; the text is in the draft.
REFUSED = "refused"
# The digest of the stored answer that a page was made from.
SHOWN = "shown"
# Fields of a step's page that hold nothing of an answer.
CONTROLS = NOT_TYPED | {"draft", SHOWN, "goto", "later", "add", "altcha"}
REPLACED = gettext_lazy(
    "This answer was changed after you had opened this page, perhaps in another window. Both are "
    "below. To replace the other answer with what you have typed, continue."
)

StepView = Callable[[HttpRequest, KeptDraft, Wizard, Step], HttpResponse]


def step_view(view: StepView) -> Callable[[HttpRequest, Step], HttpResponse]:
    """Give a view the session's draft and wizard, or redirect to the first open step."""

    @reads_or_answers
    @wraps(view)
    def guarded(request: HttpRequest, step: Step) -> HttpResponse:
        kept = kept_draft(request)
        # What is typed belongs to this draft: another draft in this browser must not show it.
        request.form_owner = f"draft:{_draft_name(kept.token)}"  # type: ignore[attr-defined]
        # With what the address of the page has chosen beforehand.
        wizard = Wizard(
            answers=LinkForm(request.GET).to_answers(kept.answers), language=page_language()
        )
        detour = wizard.detour(step)
        if not detour:
            return view(request, kept, wizard, step)
        if request.method == "POST":
            _keep_aside(request, kept, wizard, step)
        return redirect(PAGES[detour])

    return guarded


def _keep_aside(request: HttpRequest, kept: KeptDraft, wizard: Wizard, step: Step) -> None:
    """Store what was sent on a page that is not open: its draft was sent, deleted or changed."""
    typed = typed_in(request.POST, [name for name in request.POST if name not in CONTROLS])
    # Of the person of an anonymous request nothing is kept.
    is_asked = step in wizard.steps and FORMS[step].keeps_unfinished
    if not is_asked or not any("".join(values).strip() for _name, values in typed):
        return
    is_stored = step in wizard.answers.accepted or wizard.answers.is_unfinished(step)
    answers = wizard.answers.with_typed(step, typed, replaces=is_stored)
    request.session[SESSION_KEY] = form_draft_keep(token=kept.token, answers=answers)
    messages.info(
        request,
        _(
            "What you wrote is kept. You find it on its page once the questions before are "
            "answered."
        ),
    )


def step_form(
    request: HttpRequest, kept: KeptDraft, wizard: Wizard, step: Step, answers: Answers
) -> StepForm:
    """Return the form of a step, filled with what was sent, refused, left or answered."""
    sent, stored = posted(request), kept.answers
    # Other values are numbers of input saved when a session had ended: it was never validated.
    is_refused = sent is None and request.GET.get(REFUSED) == "1"
    # Before the first answer there is no draft, and a page that was sent empty needs none.
    if is_refused and (stored.is_unfinished(step) or not kept.token):
        typed = stored.typed_on(step)
        form = FORMS[step](typed_data(typed), answers=answers, language=page_language())
        if stored.replaced_on(step):
            form.add_error(None, REPLACED)
        else:
            form.refuse_again(typed)
        return form
    form = FORMS[step](sent, answers=answers, language=page_language())
    if sent is None and form.keeps_unfinished:
        form.fill_from(stored.typed_on(step))
    return form


def keep_answers(
    request: HttpRequest, kept: KeptDraft, wizard: Wizard, form: StepForm, step: Step
) -> HttpResponse:
    """Store what was sent, and redirect to the next page or back to this one.

    Refused input waits in the draft for the page that shows it again: pages are shown by GET alone,
    so that Back and reload never send anything again.
    """
    is_outdated = _is_outdated(request, kept, form, step)
    if form.is_valid() and not is_outdated:
        answers = form.to_answers().with_accepted(step)
        request.session[SESSION_KEY] = form_draft_keep(token=kept.token, answers=answers)
        wizard = Wizard(answers=answers, language=page_language())
        return _leaving(request, wizard, step) or wizard.next_page(request, step)
    leaving = None if is_outdated else _leaving(request, wizard, step)
    typed, answers = form.refusals(), wizard.answers
    # An empty page that is left, or that was sent before there is a draft, needs no entry.
    if (typed and form.keeps_unfinished) if leaving else (typed or kept.token):
        answers = answers.with_typed(step, typed, replaces=is_outdated)
    # To see an empty page in another language is no request yet.
    if kept.token or answers != Answers() or "later" in request.POST:
        request.session[SESSION_KEY] = form_draft_keep(token=kept.token, answers=answers)
    return leaving or see_other(request.path + url_with_query(request.GET, {REFUSED: "1"}))


def _leaving(request: HttpRequest, wizard: Wizard, step: Step) -> HttpResponse | None:
    """Redirect for a button that does not ask for the next page, else ``None``."""
    wanted = request.POST.get("goto", "")
    if "later" in request.POST:
        return redirect("intake:save-draft")
    if wanted in dict(settings.LANGUAGES):
        # What the address had chosen beforehand is kept now, and may have been changed since.
        return redirect(in_language(request, wanted, without=[*LinkForm.base_fields, REFUSED]))
    # While changing an answer, "back" is the check page, which needs every question answered.
    if wanted == "back" and "change" not in request.GET:
        return redirect(wizard.back_url(request, step))
    return None


def _is_outdated(request: HttpRequest, kept: KeptDraft, form: StepForm, step: Step) -> bool:
    """Return whether the stored answer differs from the page's and from what was sent."""
    shown = request.POST.get(SHOWN, "")
    if not shown or constant_time_compare(shown, _digest(kept.answers, form, step)):
        return False
    if kept.answers.is_unfinished(step):
        return form.as_it_stands() != kept.answers.typed_on(step)
    if not form.is_valid():
        return True
    return form.to_answers().without_typed(step) != form.answers.without_typed(step)


def _digest(answers: Answers, form: StepForm, step: Step) -> str:
    stored = as_typed(answers)
    content = [[(name, stored.get(name)) for name in form.fields], answers.typed_on(step)]
    text = json.dumps([step, content], default=str)
    return salted_hmac("public.intake.shown", text, algorithm="sha256").hexdigest()


def _draft_name(token: str) -> str:
    """Return the name of a draft in its pages: a telephone's saved input must fit no other."""
    digest = salted_hmac("public.intake.draft", token, algorithm="sha256").hexdigest()
    return digest if token else ""


def _replaced(stored: Answers, step: Step) -> list[list[tuple[str, str]]]:
    """Return as text what an unfinished page would replace without having shown it."""
    found = []
    for typed in stored.replaced_on(step):
        form = FORMS[step](answers=stored, language=page_language())
        form.fill_from(typed)
        found.append([(label, words) for label, words in form.in_words() if words])
    return found


def step_page(
    request: HttpRequest,
    kept: KeptDraft,
    wizard: Wizard,
    step: Step,
    form: StepForm | CheckForm,
    context: Mapping[str, object],
) -> HttpResponse:
    """Render the page of one step, with its position in the wizard and the link back."""
    shown: dict[str, object] = {
        "form": form,
        "is_follow_up": bool(wizard.answers.follows),
        "draft": _draft_name(kept.token),
        **context,
        **wizard.context(request, step),
    }
    shown |= _of_answers(kept.answers, form, step) if isinstance(form, StepForm) else {}
    shown |= _begun(request, shown)
    page, status = f"public_portal/intake/{step}.html", 400 if request.method == "POST" else 200
    return render(request, page, shown, status=status)


def _begun(request: HttpRequest, shown: Mapping[str, object]) -> dict[str, object]:
    """Return input that was typed here and never sent: the browser may have been killed.

    Where another answer has been accepted since, the input is shown only to be copied.
    """
    saved = saved_input(request)
    if saved and saved.data.get(SHOWN, shown.get("shown")) != shown.get("shown"):
        return {"unplaced": unplaced_input(saved)}
    return input_shown(request, shown)


def _of_answers(stored: Answers, form: StepForm, step: Step) -> dict[str, object]:
    return {
        # The form that keeps what is typed when the language is changed or one goes back.
        "keeper": "answers",
        "shown": _digest(stored, form, step),
        "replaced": _replaced(stored, step),
    }
