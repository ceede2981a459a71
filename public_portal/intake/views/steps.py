"""Helpers of the views of the wizard's steps: forms, storing of answers, rendering."""

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

# Query parameter of a page that shows errors; the refused values are in the draft.
REFUSED = "refused"
# Hidden field: a digest of the stored answer that the page shows.
SHOWN = "shown"
# Fields of a step's page that are not part of an answer.
CONTROLS = NOT_TYPED | {"draft", SHOWN, "goto", "later", "add", "altcha"}
REPLACED = gettext_lazy(
    "This answer was changed after you had opened this page, perhaps in another window. Both are "
    "below. To replace the other answer with what you have typed, continue."
)

StepView = Callable[[HttpRequest, KeptDraft, Wizard, Step], HttpResponse]


def step_view(view: StepView) -> Callable[[HttpRequest, Step], HttpResponse]:
    """Decorate a view of a step to get the session's draft and wizard as arguments.

    If an earlier step must be answered first, the decorated view redirects there.
    """

    @reads_or_answers
    @wraps(view)
    def guarded(request: HttpRequest, step: Step) -> HttpResponse:
        kept = kept_draft(request)
        # Without this, another draft in this browser could show the typed values.
        request.form_owner = f"draft:{_draft_name(kept.token)}"  # type: ignore[attr-defined]
        # The query string may preset answers.
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
    """Store the values sent for a step that cannot be shown now."""
    typed = typed_in(request.POST, [name for name in request.POST if name not in CONTROLS])
    # A step that the wizard leaves out, such as the person of an anonymous request, is not stored.
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
    """Return the form of a step, filled with the sent, the stored typed or the accepted values."""
    sent, stored = posted(request), kept.answers
    # Values other than "1" are ids of input that was saved, not refused, when a session had ended.
    is_refused = sent is None and request.GET.get(REFUSED) == "1"
    # Without a draft, an empty page was sent, and its errors are shown too.
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
    """Store the sent values, and redirect to the next page, or to the same page with the errors.

    Refused values are stored in the draft, and errors are shown by GET, so that Back and reload
    never send a form again.
    """
    is_outdated = _is_outdated(request, kept, form, step)
    if form.is_valid() and not is_outdated:
        answers = form.to_answers().with_accepted(step)
        request.session[SESSION_KEY] = form_draft_keep(token=kept.token, answers=answers)
        wizard = Wizard(answers=answers, language=page_language())
        return _leaving(request, wizard, step) or wizard.next_page(request, step)
    leaving = None if is_outdated else _leaving(request, wizard, step)
    typed, answers = form.refusals(), wizard.answers
    # An empty page is not stored if it was left, or if there is no draft yet.
    if (typed and form.keeps_unfinished) if leaving else (typed or kept.token):
        answers = answers.with_typed(step, typed, replaces=is_outdated)
    # An empty page in another language must not create a draft.
    if kept.token or answers != Answers() or "later" in request.POST:
        request.session[SESSION_KEY] = form_draft_keep(token=kept.token, answers=answers)
    return leaving or see_other(request.path + url_with_query(request.GET, {REFUSED: "1"}))


def _leaving(request: HttpRequest, wizard: Wizard, step: Step) -> HttpResponse | None:
    """Redirect after a button for saving, a language or "back"; ``None`` after "continue"."""
    wanted = request.POST.get("goto", "")
    if "later" in request.POST:
        return redirect("intake:save-draft")
    if wanted in dict(settings.LANGUAGES):
        # Preset answers are stored now, so they must not come from the query string again.
        return redirect(in_language(request, wanted, without=[*LinkForm.base_fields, REFUSED]))
    # While an answer is changed, "back" means the check page, which needs all answers.
    if wanted == "back" and "change" not in request.GET:
        return redirect(wizard.back_url(request, step))
    return None


def _is_outdated(request: HttpRequest, kept: KeptDraft, form: StepForm, step: Step) -> bool:
    """Return whether another window has changed the answer, to a value other than the sent one."""
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
    """Return a draft's id, with which the browser saves what was typed in this draft."""
    digest = salted_hmac("public.intake.draft", token, algorithm="sha256").hexdigest()
    return digest if token else ""


def _replaced(stored: Answers, step: Step) -> list[list[tuple[str, str]]]:
    """Return as text the values of another window that this page would replace."""
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
    """Render the page of one step."""
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
    """Return the template context for input that was saved and never sent.

    If the stored answer has changed since, the input is only shown to be copied.
    """
    saved = saved_input(request)
    if saved and saved.data.get(SHOWN, shown.get("shown")) != shown.get("shown"):
        return {"unplaced": unplaced_input(saved)}
    return input_shown(request, shown)


def _of_answers(stored: Answers, form: StepForm, step: Step) -> dict[str, object]:
    return {
        # The id of the form that is sent when the citizen changes the language or goes back.
        "keeper": "answers",
        "shown": _digest(stored, form, step),
        "replaced": _replaced(stored, step),
    }
