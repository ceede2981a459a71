"""Views of the wizard's pages: questions, the body, the files."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.intake.enums import Step
from public_portal.intake.forms.files import FilesForm
from public_portal.intake.forms.request import OrganisationForm
from public_portal.intake.forms.wizard import PAGES, Wizard
from public_portal.intake.selectors.finder import (
    finder_choices,
    organisation_name,
    orientation_agency,
)
from public_portal.intake.services.drafts import form_draft_keep
from public_portal.intake.services.files import form_file_remove, form_files_add
from public_portal.intake.types import Answers, FinderQuestion, KeptDraft
from public_portal.intake.views.base import SESSION_KEY, kept_draft, own_similar
from public_portal.intake.views.steps import keep_answers, step_form, step_page, step_view
from shared.directory.errors import OrganisationNotFound
from shared.directory.forms import BrowseForm, SearchForm, TopicForm
from shared.directory.selectors.organisation_tree import ORIENTATION, branches_of
from shared.limits.errors import ProofNeeded
from shared.limits.views import asked_for_proof, proof_context, proof_for_upload
from shared.ui.downloads import may_record
from shared.ui.links import page_language
from shared.ui.messages import file_refusal_message, refusal_message
from shared.ui.methods import form_of


@step_view
def question(request: HttpRequest, kept: KeptDraft, wizard: Wizard, step: Step) -> HttpResponse:
    """Show the page of one step, or store its answer and redirect to the next page."""
    if step == Step.KIND and (first := _settle_begun(request, kept, wizard)):
        return first
    answers = _with_person(request, wizard.answers) if step == Step.PERSON else wizard.answers
    form = step_form(request, kept, wizard, step, answers)
    if request.method == "POST":
        return keep_answers(request, kept, wizard, form, step)
    similar = own_similar(request, answers) if step == Step.STORY else []
    return step_page(request, kept, wizard, step, form, {"similar": similar})


def _settle_begun(request: HttpRequest, kept: KeptDraft, wizard: Wizard) -> HttpResponse | None:
    """Ask whether to continue a draft about another body when a link presets a new body.

    Returns ``None`` if there is no such draft. If the citizen begins a new draft, the other draft
    stays unchanged.
    """
    begun, wanted = kept.answers.organisation, wizard.answers.organisation
    if not begun or begun == wanted or "change" in request.GET:
        return None
    if "anew" in request.POST:
        del request.session[SESSION_KEY]
        return redirect(request.get_full_path())
    try:
        names = [organisation_name(code=code, language=page_language()) for code in (begun, wanted)]
    except OrganisationNotFound:
        # If a body has left the directory, the page of the organisation shows the error.
        return None
    context = {"begun": names[0], "wanted": names[1], "kept": kept}
    return render(request, "public_portal/intake/begun.html", context)


def _with_person(request: HttpRequest, answers: Answers) -> Answers:
    """Return the answers with the account's name and e-mail address, if both were blank."""
    user = request.user
    if answers.name or answers.email or not user.is_authenticated:
        return answers
    return replace(answers, name=user.name, email=user.email)


@step_view
def choose_organisation(
    request: HttpRequest, kept: KeptDraft, wizard: Wizard, step: Step
) -> HttpResponse:
    """Show the bodies found by words or in the tree, and store the chosen body."""
    form = cast(OrganisationForm, step_form(request, kept, wizard, step, wizard.answers))
    if request.method == "POST":
        return keep_answers(request, kept, wizard, form, step)
    search_form, place_form = SearchForm(request.GET), TopicForm(request.GET)
    asked = _finder_question(search_form, place_form)
    form.offer(asked)
    context = {
        "search_form": search_form,
        "place_form": place_form,
        "words": asked.words or asked.place,
        "tree": branches_of(branch=BrowseForm(request.GET).to_branch(), language=page_language()),
        "orientation_agency": orientation_agency(),
        "orientation": ORIENTATION,
        # Without this, links in the tree would lose the way back to the check page.
        "change": "change=1&" if "change" in request.GET else "",
    }
    return step_page(request, kept, wizard, step, form, context)


@require_safe
def suggest_organisations(request: HttpRequest) -> HttpResponse:
    """List the bodies and topics for the words typed so far, as options of a list box."""
    asked = _finder_question(SearchForm(request.GET), TopicForm(request.GET))
    choices = finder_choices(question=asked, chosen="", language=page_language())
    return render(request, "public_portal/intake/_suggestions.html", {"found": choices.offers})


def _finder_question(search_form: SearchForm, place_form: TopicForm) -> FinderQuestion:
    return FinderQuestion(
        words=search_form.words(), topic=place_form.to_topic(), place=place_form.to_place()
    )


@may_record  # type: ignore[arg-type]  # its URL pattern adds the argument ``step``
@step_view
def add_files(request: HttpRequest, kept: KeptDraft, wizard: Wizard, step: Step) -> HttpResponse:
    """Store the chosen files, and show the errors of refused files."""
    if request.method != "POST":
        files_form = step_form(request, kept, wizard, step, wizard.answers)
        return step_page(request, kept, wizard, step, files_form, {"files": kept.files})
    form = FilesForm(request.POST, request.FILES, answers=wizard.answers, language=page_language())
    wanted = _files_keep(request, kept, form) if form.is_valid() else None
    if wanted is not None:
        context = {"files": kept.files, **proof_context(wanted)}
        return asked_for_proof(step_page(request, kept, wizard, step, form, context), wanted)
    if form.is_valid() and "add" in request.POST:
        if kept.answers.is_unfinished(step):
            form_draft_keep(token=kept.token, answers=kept.answers.without_typed(step))
        return _to_files(request)
    return keep_answers(request, kept, wizard, form, step)


@form_of(PAGES[Step.FILES])
def remove_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Remove one file from the draft."""
    form_file_remove(token=kept_draft(request).token, file_id=file_id)
    messages.success(request, _("The file has been removed."))
    return _to_files(request)


def _files_keep(request: HttpRequest, kept: KeptDraft, form: FilesForm) -> ProofNeeded | None:
    # Copied to a list, because ``add_error`` removes a field from the cleaned data.
    chosen = list(form.chosen())
    size = sum(upload.size or 0 for _field, _question, uploads in chosen for upload in uploads)
    if size and (wanted := proof_for_upload(request, size=size)) is not None:
        form.add_error("uploads", refusal_message(wanted))
        return wanted
    for field, question_code, uploads in chosen:
        for name, why in form_files_add(token=kept.token, uploads=uploads, question=question_code):
            form.add_error(field, file_refusal_message(name, why))
    return None


def _to_files(request: HttpRequest) -> HttpResponse:
    change = "?change=1" if "change" in request.GET else ""
    return redirect(f"{reverse(PAGES[Step.FILES])}{change}#files")
