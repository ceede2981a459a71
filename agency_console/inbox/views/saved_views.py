"""Pages of saved views: save, rename, set as default, delete, restore."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    officer_required,
)
from agency_console.inbox.forms import SavedViewChangeForm, SavedViewForm, list_only
from agency_console.inbox.selectors.saved_views import saved_view_get, saved_views
from agency_console.inbox.services import (
    saved_view_create,
    saved_view_default,
    saved_view_remove,
    saved_view_rename,
)
from agency_console.inbox.types import SavedViewDraft, SavedViewInfo
from shared.accounts.permissions import may_assign
from shared.forms.views import (
    form_refilled,
    form_status,
    posted,
    reads_or_answers,
    redirect_with_message,
    refusals_as_messages,
)
from shared.kernel.errors import DomainError
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of

# Session key of the view that was deleted last, which can be restored.
REMOVED = "removed_view"


@officer_required
@require_safe
def list_saved_views(request: OfficerRequest) -> HttpResponse:
    """Show the officer's own views and the shared views, with forms to change a view."""
    return _views_page(request)


@officer_required
@reads_or_answers
def save_view(request: OfficerRequest) -> HttpResponse:
    """Save the list of the address under a name, and show the list under this name."""
    form = SavedViewForm(posted(request), initial={"query": list_only(request.GET.urlencode())})
    if form.is_valid():
        draft = form.to_draft()
        with refusals_beside(form, field="name"):
            saved_view_create(draft=draft, officer=request.user)
            return redirect_with_message(
                request,
                _("The view “%(name)s” is saved.") % {"name": draft.name},
                f"{reverse('inbox:list-cases')}{draft.query}",
            )
    return _saving_page(request, form)


@officer_required
@form_of("inbox:list-views")
def change_saved_view(request: OfficerRequest, view_id: int) -> HttpResponse:
    """Rename a view; for a shared view, also set the role whose console opens with the view."""
    view = saved_view_get(view_id=view_id, officer=request.user)
    form = SavedViewChangeForm(request.POST, initial=_stored(view))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_beside(form, field="name"):
            saved_view_rename(view_id=view_id, name=given["name"], officer=request.user)
            if view.is_shared:
                saved_view_default(view_id=view_id, role=given["default_for"], officer=request.user)
            return redirect_with_message(
                request, _("The view has been changed."), "inbox:list-views"
            )
    return _views_page(request, failed=form, failed_id=view_id)


@officer_required
@require_POST
def remove_saved_view(request: OfficerRequest, view_id: int) -> HttpResponse:
    """Delete a view; the next page offers to restore it."""
    view = saved_view_get(view_id=view_id, officer=request.user)
    try:
        removed = saved_view_remove(view_id=view.id, officer=request.user)
    except DomainError as refusal:
        messages.error(request, refusal_message(refusal))
        return redirect("inbox:list-views")
    request.session[REMOVED] = asdict(removed)
    return redirect(f"{reverse('inbox:list-views')}?removed=1")


@officer_required
@require_POST
def restore_saved_view(request: OfficerRequest) -> HttpResponse:
    """Restore the view that was deleted last."""
    removed = request.session.pop(REMOVED, None)
    if removed is not None:
        with refusals_as_messages(request):
            saved_view_create(draft=SavedViewDraft(**removed), officer=request.user)
            messages.success(request, _("The view is back."))
    return redirect("inbox:list-views")


def _saving_page(request: OfficerRequest, form: SavedViewForm) -> HttpResponse:
    form_refilled(request, form)
    return console_form_page(
        request,
        "agency_console/inbox_save_page.html",
        form,
        part="agency_console/inbox_save.html",
        may_share=may_assign(request.user.role),
        list_query=list_only(str(form["query"].value() or "")),
    )


def _views_page(
    request: OfficerRequest,
    *,
    failed: SavedViewChangeForm | None = None,
    failed_id: int = 0,
) -> HttpResponse:
    removed = request.session.get(REMOVED) if request.GET.get("removed") else None
    may_share = may_assign(request.user.role)
    rows = [
        _row(view, failed if view.id == failed_id else None, may_share)
        for view in saved_views(officer=request.user)
    ]
    return console_page(
        request,
        "agency_console/inbox_views.html",
        {"rows": rows, "form": failed, "removed": removed},
        status=form_status(failed) if failed else 200,
    )


def _stored(view: SavedViewInfo) -> dict[str, str]:
    return {"name": view.name, "default_for": view.default_for}


def _row(
    view: SavedViewInfo, failed: SavedViewChangeForm | None, may_share: bool
) -> dict[str, object]:
    """Return a view with the form to change this view; a form with errors has the sent values."""
    form = failed or SavedViewChangeForm(initial=_stored(view))
    form.auto_id = f"id_%s_{view.id}"
    return {
        "view": view,
        "form": form,
        "url": f"{reverse('inbox:list-cases')}{list_only(view.query)}",
        "is_changeable": may_share or not view.is_shared,
    }
