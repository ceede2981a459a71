"""Pages of the labels of an agency."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    officer_required,
    scope_of,
    supervisor_required,
)
from agency_console.labels.forms import LabelForm
from agency_console.labels.services import label_add, label_name_change, label_offer
from shared.accounts.permissions import may_assign
from shared.complaints.selectors import label_counts, label_list
from shared.complaints.types.labels import LabelInfo
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.rows.selectors import found_or_refuse
from shared.ui.messages import refusals_beside


@officer_required
@reads_or_answers
def list_labels(request: OfficerRequest) -> HttpResponse:
    """Show every label with its count of open cases; supervisors can also add a label."""
    may_write = may_assign(request.user.role)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = LabelForm(posted(request))
    if form.is_valid():
        with refusals_beside(form, field="name"):
            label_add(name=form.cleaned_data["name"], actor=request.actor)
            return redirect_with_message(
                request, _("The label has been added."), "labels:list-labels"
            )
    counts = label_counts(scope=scope_of(request), user_id=request.user.pk)
    return console_form_page(
        request, "agency_console/labels.html", form, labels=counts, may_write=may_write
    )


@supervisor_required
@reads_or_answers
def rename_label(request: OfficerRequest, label_id: int) -> HttpResponse:
    """Rename a label on all its cases."""
    label = _label(label_id)
    form = LabelForm(posted(request), initial={"name": label.name})
    if form.is_valid():
        with refusals_beside(form, field="name"):
            label_name_change(
                label_id=label_id, name=form.cleaned_data["name"], actor=request.actor
            )
            return redirect_with_message(
                request, _("The change has been saved."), "labels:list-labels"
            )
    return console_form_page(request, "agency_console/label_change.html", form, label=label)


@supervisor_required
@require_POST
def retire_label(request: OfficerRequest, label_id: int) -> HttpResponse:
    """Retire a label, or put a label in use again; cases with the label keep the label."""
    label, is_active = _label(label_id), request.POST.get("step") == "restore"
    if is_active != label.is_active:
        label_offer(label=label, is_active=is_active, actor=request.actor)
    text = _("The label is in use again.") if is_active else _("The label is retired.")
    return redirect_with_message(request, text, "labels:list-labels")


def _label(label_id: int) -> LabelInfo:
    found = next((one for one in label_list() if one.id == label_id), None)
    return found_or_refuse(found, Http404(str(label_id)))
