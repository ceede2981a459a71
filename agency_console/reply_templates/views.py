"""Pages of reply templates: a list for all staff, and forms for supervisors."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    officer_required,
    supervisor_required,
)
from agency_console.reply_templates.enums import TemplateAct, Variable
from agency_console.reply_templates.errors import (
    TemplateChanged,
    TemplatesPresent,
)
from agency_console.reply_templates.forms import TemplateForm
from agency_console.reply_templates.presenters.placeholders import (
    citizen_text,
    part_rows,
    sample_values,
    texts_fill,
)
from agency_console.reply_templates.selectors import template_detail, template_groups
from agency_console.reply_templates.services import (
    examples_add,
    template_change,
    template_create,
    template_offer,
)
from agency_console.reply_templates.types import TemplateDetail, TemplateDraft
from shared.accounts.permissions import may_assign
from shared.forms.views import (
    form_refilled,
    posted,
    reads_or_answers,
    redirect_with_message,
    refusals_as_messages,
    refused_redirect,
)
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside

TITLES = {
    TemplateAct.REPLY: _("New template for replies"),
    TemplateAct.ASK: _("New template for questions"),
    TemplateAct.MESSAGE: _("New template for messages"),
}
EXAMPLES_ADDED = _("The examples have been added. Adapt them to your administration before use.")


@officer_required
@require_safe
def list_templates(request: OfficerRequest) -> HttpResponse:
    """Show all templates, in groups of one act and one language."""
    context = {
        "groups": template_groups(),
        "may_write": may_assign(request.user.role),
        "acts": list(TemplateAct),
    }
    return console_page(request, "agency_console/templates.html", context)


@officer_required
@require_safe
def show_template(request: OfficerRequest, template_id: int) -> HttpResponse:
    """Show one template with the values of an invented case."""
    detail = template_detail(template_id=template_id)
    context = {
        "template": detail,
        "preview": _sample_text(detail),
        "may_write": may_assign(request.user.role),
    }
    return console_page(request, "agency_console/template.html", context)


@supervisor_required
@reads_or_answers
def add_template(request: OfficerRequest, act: str) -> HttpResponse:
    """Create a template."""
    if act not in TemplateAct.values:
        raise Http404(act)
    form = TemplateForm(
        posted(request), act=TemplateAct(act), is_new=True, initial={"language": page_language()}
    )
    if request.POST.get("step") == "save" and form.is_valid():
        with refusals_beside(form):
            template_create(draft=form.to_draft(), officer=request.user, actor=request.actor)
            return _saved(request)
    return _form_page(request, form, None)


@supervisor_required
@reads_or_answers
def change_template(request: OfficerRequest, template_id: int) -> HttpResponse:
    """Change a template; a colleague's changes made meanwhile are shown beside the text."""
    detail = template_detail(template_id=template_id)
    form = TemplateForm(
        posted(request), act=detail.act, is_new=False, initial=_first_values(detail)
    )
    if request.POST.get("step") == "save" and form.is_valid():
        with refusals_beside(form):
            template_change(
                template_id=template_id,
                draft=form.to_draft(),
                made_from=form.made_at(),
                officer=request.user,
                actor=request.actor,
            )
            return _saved(request)
    return _form_page(request, form, detail)


@supervisor_required
@require_POST
def retire_template(request: OfficerRequest, template_id: int) -> HttpResponse:
    """Retire a template, or put it in use again."""
    is_active = request.POST.get("step") == "restore"
    template_offer(
        template_id=template_id, is_active=is_active, officer=request.user, actor=request.actor
    )
    text = _("The template is in use again.") if is_active else _("The template is retired.")
    return redirect_with_message(request, text, "reply_templates:list-templates")


@supervisor_required
@require_POST
def add_examples(request: OfficerRequest) -> HttpResponse:
    """Add the reviewed examples to an agency that has no template."""
    with refusals_as_messages(request, only=(TemplatesPresent,)):
        examples_add(officer=request.user, actor=request.actor)
        messages.success(request, EXAMPLES_ADDED)
    return redirect("reply_templates:list-templates")


def _saved(request: OfficerRequest) -> HttpResponse:
    return redirect_with_message(
        request, _("The template has been saved."), "reply_templates:list-templates"
    )


def _first_values(detail: TemplateDetail) -> dict[str, object]:
    return {
        "made_from": detail.changed_at.isoformat(),
        "name": detail.name,
        "language": detail.language,
        "outcome": detail.outcome or "",
        "promised_days": detail.promised_days,
        **detail.parts,
    }


def _sample_text(texts: TemplateDraft) -> str:
    return citizen_text(
        texts_fill(texts, sample_values(texts.language), template_id=0), language=texts.language
    )


def _rebased(form: TemplateForm, detail: TemplateDetail | None) -> TemplateDetail | None:
    """Return a colleague's newer version of the template, and bind the form to this version."""
    if detail is None or not form.has_error(NON_FIELD_ERRORS, TemplateChanged.code):
        return None
    # The template is read again, because it may have changed during this request.
    changed = template_detail(template_id=detail.id)
    form.rebase(changed.changed_at)
    return changed


def _form_page(
    request: OfficerRequest, form: TemplateForm, detail: TemplateDetail | None
) -> HttpResponse:
    if led := refused_redirect(request, form):
        return led
    form_refilled(request, form)
    changed = _rebased(form, detail)
    shown = form.to_draft() if form.is_bound and form.is_valid() else None
    return console_form_page(
        request,
        "agency_console/template_form.html",
        form,
        title=detail.name if detail else TITLES[form.act],
        changed=changed,
        changed_rows=part_rows(changed) if changed else [],
        variables=list(Variable),
        shown=shown,
        preview=_sample_text(shown) if shown else "",
    )
