"""Pages of the tree of units, the members of a unit, and the unit of a case."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agency_console.access.selectors import case_url
from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_form_page,
    console_page,
    get_handled_case,
    officer_required,
    scope_of,
    supervisor_required,
)
from agency_console.units.forms import (
    AddForm,
    CaseMoveForm,
    MembersForm,
    MoveForm,
    UnitForm,
    unit_initial,
)
from agency_console.units.selectors import (
    WHOLE,
    category_choices,
    member_choices,
    organisation_names_of,
    parent_name,
    rule_names_of_unit,
    unit_below,
    unit_choices,
    unit_name,
    unit_tree,
)
from shared.accounts.permissions import may_administer
from shared.complaints.selectors import cases_of_unit
from shared.complaints.services import case_reassign_unit, unit_retire
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.ui.messages import refusals_beside
from shared.units.selectors import unit_get
from shared.units.services import unit_change, unit_create, unit_members_set, unit_move

FORM_PAGE = "agency_console/unit_form.html"


@supervisor_required
@require_safe
def list_units(request: OfficerRequest) -> HttpResponse:
    """Show the tree of units with their members."""
    context = {
        "units": unit_tree(agency=request.agency, scope=scope_of(request)),
        "is_administrator": may_administer(request.user.role),
        "is_for_whole_agency": scope_of(request).unit_ids is None,
    }
    return console_page(request, "agency_console/units.html", context)


@administrator_required
@reads_or_answers
def add_unit(request: OfficerRequest) -> HttpResponse:
    """Create a unit."""
    form = AddForm(
        posted(request),
        parents=unit_choices(agency=request.agency),
        categories=category_choices(request.agency),
        bodies=organisation_names_of(request.agency),
    )
    if form.is_valid():
        with refusals_beside(form, field="parent"):
            unit_create(draft=form.to_draft(), parent_id=form.parent_id(), actor=request.actor)
            return redirect_with_message(request, _("The unit has been added."), "units:list-units")
    return console_form_page(request, FORM_PAGE, form, title=_("Add a unit"))


@administrator_required
@reads_or_answers
def change_unit(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """Rename a unit, and change which requests the unit handles."""
    unit, bodies = unit_get(unit_id=unit_id), organisation_names_of(request.agency)
    form = UnitForm(
        posted(request),
        categories=category_choices(request.agency, chosen=unit.category_codes),
        bodies=bodies,
        initial=unit_initial(unit, bodies=bodies),
    )
    if form.is_valid():
        with refusals_beside(form):
            unit_change(unit_id=unit_id, draft=form.to_draft(), actor=request.actor)
            return _saved(request)
    return console_form_page(request, FORM_PAGE, form, unit=unit, title=unit_name(unit))


@administrator_required
@reads_or_answers
def move_unit(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """Move a unit below another unit, or directly below the agency as a whole."""
    unit = unit_get(unit_id=unit_id)
    form = MoveForm(
        posted(request),
        parents=unit_choices(agency=request.agency, leave_out=unit_below(unit_id)),
        initial={"parent": unit.parent_id or WHOLE},
    )
    if form.is_valid():
        with refusals_beside(form, field="parent"):
            unit_move(unit_id=unit_id, parent_id=form.parent_id(), actor=request.actor)
            return _saved(request)
    title = _("Move the unit “%(name)s”") % {"name": unit_name(unit)}
    return console_form_page(request, FORM_PAGE, form, title=title, is_move=True)


@administrator_required
@reads_or_answers
def retire_unit(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """Retire a unit, after a page that asks for confirmation."""
    unit = unit_get(unit_id=unit_id)
    if request.method == "POST":
        unit_retire(unit_id=unit_id, actor=request.actor)
        return redirect_with_message(request, _("The unit has been retired."), "units:list-units")
    context = {
        "name": unit_name(unit),
        "parent": parent_name(unit, agency=request.agency),
        "open_cases": len(cases_of_unit(unit_id=unit_id)),
        "rules": rule_names_of_unit(unit_id=unit_id),
    }
    return console_page(request, "agency_console/unit_retire.html", context)


@supervisor_required
@reads_or_answers
def change_members(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """Choose the members of a unit and its head."""
    unit = unit_get(unit_id=unit_id)
    choices = member_choices(unit=unit, officer=request.user, scope=scope_of(request))
    initial = {"members": list(choices.chosen), "heads": list(choices.heads)}
    form = MembersForm(posted(request), names=choices.names, initial=initial)
    if form.is_valid():
        with refusals_beside(form, field="members"):
            _members_set(request, unit_id, form)
            return _saved(request)
    return console_form_page(
        request, "agency_console/unit_members.html", form, name=unit_name(unit), fixed=choices.fixed
    )


def _members_set(request: OfficerRequest, unit_id: int, form: MembersForm) -> None:
    unit_members_set(
        unit_id=unit_id,
        user_ids=form.cleaned_data["members"],
        of=form.names,
        # An officer without units sees all cases. A supervisor who sees some units only must not
        # give a member all cases by removing the member's last unit.
        is_last_kept=scope_of(request).unit_ids is not None,
        head_ids=form.cleaned_data["heads"],
        actor=request.actor,
    )


def _saved(request: OfficerRequest) -> HttpResponse:
    return redirect_with_message(request, _("The change has been saved."), "units:list-units")


@officer_required
@reads_or_answers
def move_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Give a case to another unit, with a reason for the colleagues of that unit."""
    case = get_handled_case(request, reference)
    form = CaseMoveForm(
        posted(request),
        parents=unit_choices(agency=request.agency),
        initial={"version": case.version, "parent": case.unit_id or WHOLE},
    )
    if form.is_valid():
        with refusals_beside(form, field="parent"):
            _move(request, case.reference, form)
            return _moved(request, case.reference, form.parent_id())
    return console_form_page(
        request,
        "agency_console/case_move.html",
        form,
        reference=case.reference,
        subject=case.subject,
        case_url=case_url("show-case", case.reference),
    )


def _move(request: OfficerRequest, reference: str, form: CaseMoveForm) -> None:
    case_reassign_unit(
        reference=reference,
        officer=request.user,
        actor=request.actor,
        unit_id=form.parent_id(),
        reason=form.cleaned_data["reason"],
        version=form.cleaned_data["version"],
    )


def _moved(request: OfficerRequest, reference: str, unit_id: int | None) -> HttpResponse:
    # The officer cannot open a case that is now in a unit outside the officer's scope.
    is_seen = scope_of(request).holds(unit_id)
    return redirect_with_message(
        request,
        _("The case has been handed over."),
        case_url("show-case", reference) if is_seen else "inbox:list-cases",
    )
