"""Views that merge two cases of one person, and undo a merge."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    get_handled_case,
    officer_required,
    scope_of,
)
from agency_console.case_suggestions.selectors import person_cases
from agency_console.casework.forms.addresses import case_url_in_list, view_query
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.forms.texts import MergeForm
from agency_console.casework.selectors.case_facts import case_header
from agency_console.casework.selectors.custody import merge_pair
from agency_console.casework.types import MergePair
from shared.complaints.selectors import cases_to_merge, main_case
from shared.complaints.services import case_merge, case_unmerge
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.ui.messages import refusals_beside
from tenants.case_access.services.both_mine import both_mine_ask

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# The value of the button that asks the citizen whether both cases are of this citizen.
ASK = "ask"


@officer_required
@reads_or_answers
def merge_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Choose another case to compare, and merge both, or ask the citizen if both are theirs."""
    case = get_handled_case(request, reference)
    asked = request.POST.get("other", "") or request.GET.get("with", "")
    if not asked:
        return _choices(request, case)
    other = get_handled_case(request, asked)
    pair = merge_pair(case, other, agency=request.agency)
    initial = {"version": case.version, "other": other.reference, "other_version": other.version}
    form = MergeForm(posted(request), initial=initial)
    if form.is_valid():
        with refusals_beside(form):
            if request.POST.get("step") == ASK:
                return _ask(request, case, other)
            _merge(request, pair, form, is_main=pair.main.case.reference == case.reference)
            done = _("The cases are merged. As long as they are open, this can be undone.")
            url = case_url_in_list(request, pair.main.case.reference)
            return redirect_with_message(request, done, url)
    shown: dict[str, Any] = {"case": case_header(case), "pair": pair}
    shown["view_query"] = view_query(request)
    return console_form_page(request, "agency_console/case_merge.html", form, **shown)


def _ask(request: OfficerRequest, case: "Complaint", other: "Complaint") -> HttpResponse:
    both_mine_ask(
        agency=request.agency,
        reference=case.reference,
        other=other.reference,
        actor=request.actor,
    )
    done = _("The page of each request now asks the citizen whether both are theirs.")
    return redirect_with_message(request, done, case_url_in_list(request, case.reference))


def _choices(request: OfficerRequest, case: "Complaint") -> HttpResponse:
    may_merge = case.is_open and not case.is_merged
    found = (
        cases_to_merge(case, scope=scope_of(request), user_id=request.user.pk) if may_merge else []
    )
    context = {
        "case": case_header(case),
        "others": person_cases(case, found, agency=request.agency),
        "view_query": view_query(request),
    }
    return console_page(request, "agency_console/case_merge_choose.html", context)


def _merge(request: OfficerRequest, pair: MergePair, form: MergeForm, *, is_main: bool) -> None:
    versions = (form.cleaned_data["version"], form.cleaned_data["other_version"])
    into_version, version = versions if is_main else reversed(versions)
    case_merge(
        reference=pair.merged.case.reference,
        into=pair.main.case.reference,
        actor=request.actor,
        version=version,
        into_version=into_version,
    )


@officer_required
@require_POST
def unmerge_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Undo the merge of this case into its main case."""
    case, form = get_handled_case(request, reference), CaseForm(request.POST)
    main = main_case(case)
    if main is not None:
        # An officer may neither see nor change a main case of another unit.
        get_handled_case(request, main.reference)
    target = case_url_in_list(request, case.reference)
    if form.is_valid():
        with refusals_beside(form):
            case_unmerge(
                reference=case.reference,
                actor=request.actor,
                version=form.cleaned_data["version"],
            )
            done = _("The merge has been undone. This case is worked on by itself again.")
            return redirect_with_message(request, done, target)
    return redirect_with_message(
        request, " ".join(map(str, form.non_field_errors())), target, level=messages.ERROR
    )
