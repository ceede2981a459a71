"""Pages of routing rules, for administrators and for supervisors of the whole agency."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    PlainView,
    console_form_page,
    console_page,
    scope_of,
    supervisor_required,
)
from agency_console.routing.forms import (
    USUAL_PERIOD,
    DryRunForm,
    RuleForm,
    new_rule_initial,
    rule_initial,
)
from agency_console.routing.selectors import dry_run_page, officer_choices, rule_lines
from agency_console.units.selectors import category_choices, organisation_names_of, unit_choices
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.routing.selectors import rule_get
from shared.routing.services import rule_activate, rule_change, rule_create, rule_delete, rule_move
from shared.ui.messages import refusals_beside

P = ParamSpec("P")


def whole_agency_required(
    view: Callable[Concatenate[OfficerRequest, P], HttpResponse],
) -> PlainView[P]:
    """Admit administrators and supervisors of the whole agency, because rules affect every unit."""

    @wraps(view)
    def guarded(request: OfficerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if scope_of(request).unit_ids is not None:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return supervisor_required(guarded)


@whole_agency_required
@require_safe
def list_rules(request: OfficerRequest) -> HttpResponse:
    """Show all rules in the order in which they are tried."""
    return console_page(
        request, "agency_console/routing_rules.html", {"rules": rule_lines(agency=request.agency)}
    )


@whole_agency_required
@reads_or_answers
def add_rule(request: OfficerRequest) -> HttpResponse:
    """Create a rule that is not in use yet."""
    form = _form(request, initial=new_rule_initial())
    if form.is_valid():
        with refusals_beside(form, field="officer"):
            rule_create(draft=form.to_draft(), actor=request.actor)
            message = _("The rule has been added. It is not in use yet: try it first.")
            return redirect_with_message(request, message, "routing:list-rules")
    return _form_page(request, form, title=_("Add a rule"))


@whole_agency_required
@reads_or_answers
def change_rule(request: OfficerRequest, rule_id: UUID) -> HttpResponse:
    """Change the name, the conditions and the target of a rule."""
    rule, bodies = rule_get(rule_id=rule_id), organisation_names_of(request.agency)
    form = _form(
        request,
        initial=rule_initial(rule.draft, bodies=bodies),
        chosen=rule.draft.category_codes,
    )
    if form.is_valid():
        with refusals_beside(form, field="officer"):
            rule_change(rule_id=rule_id, draft=form.to_draft(), actor=request.actor)
            return redirect_with_message(
                request, _("The change has been saved."), "routing:list-rules"
            )
    return _form_page(request, form, title=rule.draft.name, rule=rule)


@whole_agency_required
@require_POST
def move_rule(request: OfficerRequest, rule_id: UUID) -> HttpResponse:
    """Swap a rule with the rule before or after it."""
    rule_get(rule_id=rule_id)
    rule_move(rule_id=rule_id, is_up=request.POST.get("to") == "up", actor=request.actor)
    return redirect("routing:list-rules")


@whole_agency_required
@require_POST
def activate_rule(request: OfficerRequest, rule_id: UUID) -> HttpResponse:
    """Put a rule in use or out of use."""
    rule_get(rule_id=rule_id)
    is_active = request.POST.get("step") == "activate"
    rule_activate(rule_id=rule_id, is_active=is_active, actor=request.actor)
    message = _("The rule is in use.") if is_active else _("The rule is not in use any more.")
    return redirect_with_message(request, message, "routing:list-rules")


@whole_agency_required
@reads_or_answers
def delete_rule(request: OfficerRequest, rule_id: UUID) -> HttpResponse:
    """Delete a rule, after a page that asks for confirmation."""
    rule = rule_get(rule_id=rule_id)
    if request.method == "POST":
        rule_delete(rule_id=rule_id, actor=request.actor)
        return redirect_with_message(request, _("The rule has been deleted."), "routing:list-rules")
    context = {"name": rule.draft.name, "is_active": rule.is_active}
    return console_page(request, "agency_console/routing_delete.html", context)


@whole_agency_required
@require_safe
def try_rules(request: OfficerRequest) -> HttpResponse:
    """Show what the rules would have done with past cases; nothing is written."""
    form = DryRunForm(
        request.GET if "days" in request.GET else None,
        initial={"days": USUAL_PERIOD, "inactive": True},
    )
    tried = (
        dry_run_page(agency=request.agency, choice=form.to_choice()) if form.is_valid() else None
    )
    return console_form_page(request, "agency_console/routing_try.html", form, tried=tried)


def _form(
    request: OfficerRequest, *, initial: dict[str, object], chosen: Collection[str] = ()
) -> RuleForm:
    return RuleForm(
        posted(request),
        initial=initial,
        categories=category_choices(request.agency, chosen=chosen),
        bodies=organisation_names_of(request.agency),
        unit_list=unit_choices(agency=request.agency),
        officers=officer_choices(),
    )


def _form_page(request: OfficerRequest, form: RuleForm, **context: Any) -> HttpResponse:
    return console_form_page(request, "agency_console/routing_form.html", form, **context)
