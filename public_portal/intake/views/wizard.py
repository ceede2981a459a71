"""The journey that ends in a complaint: one question a page."""

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
from public_portal.intake.forms.wizard import FORMS
from public_portal.intake.selectors import organisation_choices, orientation_desk
from public_portal.intake.services import draft_file_remove, draft_files_add
from public_portal.intake.types import KeptDraft
from public_portal.intake.views.base import (
    PAGES,
    journey_of,
    keep_and_go_on,
    keep_as_it_stands,
    kept_draft,
    own_similar,
    posted,
    reads_or_answers,
    step_page,
    with_person,
)
from shared.directory.forms import BrowseForm, SearchForm
from shared.directory.selectors import ORIENTATION, branches_of
from shared.limits.errors import ProofNeeded
from shared.limits.views import asked_for_proof, proof_context, proof_for_upload
from shared.ui.links import page_language
from shared.ui.messages import file_refusal_message, refusal_message
from shared.ui.methods import form_of
from shared.ui.policies import may_record


@reads_or_answers
def question(request: HttpRequest, step: Step) -> HttpResponse:
    """One question: show it, or keep its answer and go on. Nobody gets past an open question."""
    kept = kept_draft(request)
    journey = journey_of(request, kept)
    detour = journey.detour(step)
    if detour:
        return redirect(PAGES[detour])
    answers = with_person(request, journey.answers) if step == Step.PERSON else journey.answers
    form = FORMS[step](posted(request), answers=answers, language=page_language())
    if form.is_valid():
        return keep_and_go_on(request, kept, form, step)
    leaving = form.is_bound and keep_as_it_stands(request, kept, journey, form, step)
    if leaving:
        return leaving
    form.fill_from(answers.typed_on(step))
    similar = own_similar(request, answers) if step == Step.STORY else []
    return step_page(request, journey, step, form, {"similar": similar})


@reads_or_answers
@may_record
def add_files(request: HttpRequest) -> HttpResponse:
    """Keep what is chosen; what is wrong with some is said by name, and the others are kept."""
    kept = kept_draft(request)
    journey = journey_of(request, kept)
    detour = journey.detour(Step.FILES)
    if detour:
        return redirect(PAGES[detour])
    form = FilesForm(
        posted(request), request.FILES, answers=journey.answers, language=page_language()
    )
    wanted = _keep(request, kept, form) if form.is_valid() else None
    if form.is_valid() and "add" in request.POST:
        return _back_to_files(request)
    if form.is_valid():
        return keep_and_go_on(request, kept, form, Step.FILES)
    context: dict[str, object] = {"files": kept_draft(request).files}
    if wanted is None:
        return step_page(request, journey, Step.FILES, form, context)
    context |= proof_context(wanted)
    return asked_for_proof(step_page(request, journey, Step.FILES, form, context), wanted)


@form_of(PAGES[Step.FILES])
def remove_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Take one file away again."""
    draft_file_remove(token=kept_draft(request).token, file_id=file_id)
    messages.success(request, _("The file has been removed."))
    return _back_to_files(request)


def _keep(request: HttpRequest, kept: KeptDraft, form: FilesForm) -> ProofNeeded | None:
    # A list: to add an error takes the field out of the cleaned data.
    chosen = list(form.chosen())
    size = sum(upload.size or 0 for _field, _question, uploads in chosen for upload in uploads)
    if size and (wanted := proof_for_upload(request, size=size)) is not None:
        form.add_error("uploads", refusal_message(wanted))
        return wanted
    for field, question, uploads in chosen:
        for name, why in draft_files_add(token=kept.token, uploads=uploads, question=question):
            form.add_error(field, file_refusal_message(name, why))
    return None


def _back_to_files(request: HttpRequest) -> HttpResponse:
    change = "?change=1" if "change" in request.GET else ""
    return redirect(f"{reverse(PAGES[Step.FILES])}{change}#files")


@reads_or_answers
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Search by words or walk down the tree, then choose; or leave it to the orientation desk."""
    kept = kept_draft(request)
    journey = journey_of(request, kept)
    detour = journey.detour(Step.ORGANISATION)
    if detour:
        return redirect(PAGES[detour])
    search = SearchForm(request.GET)
    form = OrganisationForm(
        posted(request), answers=journey.answers, language=page_language(), words=search.words()
    )
    if form.is_valid():
        return keep_and_go_on(request, kept, form, Step.ORGANISATION)
    leaving = form.is_bound and keep_as_it_stands(request, kept, journey, form, Step.ORGANISATION)
    if leaving:
        return leaving
    context = _ways(request, search)
    return step_page(request, journey, Step.ORGANISATION, form, context)


@require_safe
def suggest_organisations(request: HttpRequest) -> HttpResponse:
    """What the words typed so far may mean, as the options of a list box."""
    words = SearchForm(request.GET).words()
    found = organisation_choices(words=words, chosen="", language=page_language()) if words else []
    return render(request, "public_portal/intake/_suggestions.html", {"found": found})


def _ways(request: HttpRequest, search: SearchForm) -> dict[str, object]:
    browsed = BrowseForm(request.GET).to_branch()
    return {
        "search_form": search,
        "words": search.words(),
        "tree": branches_of(branch=browsed, language=page_language()),
        "desk": orientation_desk(),
        "orientation": ORIENTATION,
        # A link of the tree leaves the way back to the check page as it is.
        "change": "change=1&" if "change" in request.GET else "",
    }
