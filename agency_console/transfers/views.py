"""Views that list, show and answer offers, and that offer a case or a part of it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.permissions import is_stub, may_handle
from agency_console.access.selectors import case_url
from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    get_case,
    get_case_head,
    get_handled_case,
    may_open,
    officer_required,
    scope_of,
    supervisor_required,
)
from agency_console.casework.enums import DraftAct
from agency_console.casework.forms.bodies import SEARCH
from agency_console.casework.permissions import acts_on
from agency_console.casework.selectors.case_facts import case_header
from agency_console.casework.selectors.drafts import case_draft_own
from agency_console.casework.types import Act
from agency_console.transfers.forms import OfferForm, RefuseOfferForm, SplitForm
from agency_console.transfers.selectors import files_to_copy, offer_card, offer_cards
from agency_console.transfers.services import case_offer, letter_begin
from shared.accounts.permissions import may_assign
from shared.complaints.errors import StaleCase
from shared.complaints.selectors import case_deciders, complaint_get, complaint_head
from shared.forms.expired_session_input import input_led
from shared.forms.views import (
    form_refilled,
    posted,
    reads_or_answers,
    redirect_with_message,
    refusals_as_messages,
    refused_redirect,
)
from shared.kernel import clock
from shared.kernel.references import reference_group
from shared.ui.form_keys import with_input
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.agencies.selectors import answers_orientation
from tenants.custody.selectors import offer_get
from tenants.custody.services.offers import offer_accept, offer_refuse, offer_withdraw
from tenants.custody.services.splits import case_split, part_take_back
from tenants.custody.types import OfferedTo, OfferSummary
from tenants.models.enums import TransferReason

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

LIST = "transfers:list-offers"
# The value of ``step`` for the button that names the body to the citizen instead of an offer.
LETTER = "letter"
OFFER_PAGE = "agency_console/transfer_form.html"
SPLIT_PAGE = "agency_console/transfer_split.html"


@supervisor_required
@require_safe
def list_offers(request: OfficerRequest) -> HttpResponse:
    """Show the offers to this administration, its sent offers, and the ended offers."""
    offers = offer_cards(agency=request.agency, officer=request.user, scope=scope_of(request))
    return console_page(request, "agency_console/transfers.html", {"offers": offers})


@officer_required
@require_safe
def show_offer(request: OfficerRequest, offer_id: UUID) -> HttpResponse:
    """Show one offer to officers who may answer the offer or open its case."""
    offer = offer_get(offer_id=offer_id, agency=request.agency)
    if offer.is_received and not may_assign(request.user.role):
        raise PermissionDenied
    if not offer.is_received and not may_open(request, offer.reference):
        raise Http404(str(offer_id))
    return _offer_page(request, offer, RefuseOfferForm())


@supervisor_required
@require_POST
def accept_offer(request: OfficerRequest, offer_id: UUID) -> HttpResponse:
    """Accept an offer, and redirect to the case's page if the officer may open the case."""
    _received(request, offer_id)
    reference = ""
    with refusals_as_messages(request):
        reference = offer_accept(agency=request.agency, offer_id=offer_id, actor=request.actor)
    if not reference:
        return redirect("transfers:show-offer", offer_id)
    if may_open(request, reference):
        text = _("Your administration has this case now. Its history says who had it before.")
        return redirect_with_message(request, text, case_url("show-case", reference))
    text = _("The case was taken over. It is with a unit whose cases you do not see.")
    return redirect_with_message(request, text, LIST)


@supervisor_required
@form_of("transfers:show-offer", "offer_id")
def refuse_offer(request: OfficerRequest, offer_id: UUID) -> HttpResponse:
    """Refuse an offer with a reason."""
    _received(request, offer_id)
    form = RefuseOfferForm(request.POST)
    if form.is_valid():
        with refusals_beside(form):
            is_decided = offer_refuse(
                agency=request.agency,
                offer_id=offer_id,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
            )
            text = _("The administration that offered the case reads why you do not take it over.")
            if is_decided:
                text += " " + _("National oversight decides now which administration is competent.")
            return redirect_with_message(request, text, LIST)
    return _offer_page(request, offer_get(offer_id=offer_id, agency=request.agency), form)


@officer_required
@require_POST
def withdraw_offer(request: OfficerRequest, offer_id: UUID) -> HttpResponse:
    """Withdraw an offer, so that the case stays with this administration."""
    offer = offer_get(offer_id=offer_id, agency=request.agency)
    if offer.is_received:
        raise Http404(str(offer_id))
    if not may_handle(get_case_head(request, offer.reference), request.user):
        raise PermissionDenied
    with refusals_as_messages(request):
        offer_withdraw(agency=request.agency, offer_id=offer_id, actor=request.actor)
        messages.success(request, _("The offer was taken back. The case stays with you."))
    return redirect(case_url("show-case", offer.reference))


@officer_required
@require_POST
def give_back(request: OfficerRequest, reference: str) -> HttpResponse:
    """Give a part back to the whole request, if no other administration has taken the part over."""
    case = get_handled_case(request, reference)
    with refusals_as_messages(request):
        part_take_back(agency=request.agency, reference=case.reference, actor=request.actor)
        messages.success(request, _("The part was given back. Answer it with the whole request."))
    return redirect(case_url("show-case", case.reference))


@officer_required
@reads_or_answers
def offer_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Offer a case to the administration that answers for the competent body."""
    case = get_case(request, reference)
    if is_stub(case):
        # The case was transferred while the officer wrote: its page shows the typed text.
        return redirect(_stub_url(request, case))
    form = OfferForm(posted(request), initial=_initial(request, case))
    _permit(request, case, form)
    form.offer_bodies(case, agency_code=request.agency.code)
    step = request.POST.get("step", "")
    if step == LETTER:
        return _led_to_the_letter(request, case, form)
    if form.is_valid() and step != SEARCH:
        with refusals_beside(form):
            made = _make(request, case, form)
            return redirect_with_message(
                request, _offered(made), case_url("show-case", case.reference)
            )
    return _form_page(request, case, form)


@officer_required
@reads_or_answers
def split_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Cut a part out of a case, and offer the part to the competent administration."""
    case = get_case(request, reference)
    if is_stub(case):
        # The case was transferred while the officer wrote: its page shows the typed text.
        return redirect(_stub_url(request, case))
    form = SplitForm(posted(request), initial={"version": case.version, "subject": case.subject})
    _permit(request, case, form)
    form.offer_bodies(case, agency_code=request.agency.code)
    form.offer_files(files_to_copy(case))
    if form.is_valid() and request.POST.get("step") != SEARCH:
        with refusals_beside(form):
            part, made = case_split(
                agency=request.agency,
                reference=case.reference,
                actor=request.actor,
                **form.to_command(),
            )
            target = case_url("show-case", case.reference)
            return redirect_with_message(request, _cut_out(part, made), target)
    return _form_page(request, case, form, SPLIT_PAGE)


def _stub_url(request: OfficerRequest, case: "Complaint") -> str:
    page = case_url("show-case", case.reference)
    return input_led(request, page) if request.method == "POST" else with_input(request, page)


def _make(request: OfficerRequest, case: "Complaint", form: OfferForm) -> OfferedTo:
    return case_offer(
        agency=request.agency,
        reference=case.reference,
        officer=request.user,
        actor=request.actor,
        **form.to_command(),
    )


def _received(request: OfficerRequest, offer_id: UUID) -> None:
    if not offer_get(offer_id=offer_id, agency=request.agency).is_received:
        raise Http404(str(offer_id))


def _offer_page(
    request: OfficerRequest, offer: OfferSummary, form: RefuseOfferForm
) -> HttpResponse:
    case = offer.reference if offer.reference and may_open(request, offer.reference) else ""
    return console_form_page(
        request,
        "agency_console/transfer_offer.html",
        form,
        card=offer_card(offer, agency=request.agency),
        offer=offer,
        case_url=case_url("show-case", case) if case else "",
        may_withdraw=not offer.is_received
        and offer.is_open
        and may_handle(complaint_head(reference=offer.reference), request.user),
        is_supervisor=may_assign(request.user.role),
    )


def _permit(request: OfficerRequest, case: "Complaint", form: OfferForm) -> None:
    # A plain 403 would lose the text that the officer typed before the case was assigned to a
    # colleague. The service refuses the older version, and the page keeps the text.
    if not may_handle(case, request.user) and form.made_from() in (None, case.version):
        raise PermissionDenied


def _initial(request: OfficerRequest, case: "Complaint") -> dict[str, object]:
    """Return the initial values of the form, from the officer's draft if such a draft exists."""
    letter = case_draft_own(reference=case.reference, act=DraftAct.DIRECT, officer=request.user)
    parts = dict(letter.parts) if letter else {}
    is_orientation = answers_orientation(agency_code=request.agency.code)
    return {
        "version": case.version,
        "words": parts.get("words", ""),
        "organisation_code": parts.get("organisation_code", ""),
        "note": parts.get("explanation", ""),
        "reason": TransferReason.ORIENTATION if is_orientation else "",
    }


def _led_to_the_letter(request: OfficerRequest, case: "Complaint", form: OfferForm) -> HttpResponse:
    """Redirect to the form that names the body to the citizen, and keep the typed text."""
    with refusals_beside(form):
        letter_begin(
            case=case,
            organisation_code=form.data.get("organisation_code", ""),
            words=form.data.get("words", ""),
            note=form.data.get("note", ""),
            officer=request.user,
        )
    if hasattr(form, "refusal"):
        return _form_page(request, case, form)
    return redirect(f"{case_url('show-case', case.reference)}?write={Act.DIRECT}#composer")


def _form_page(
    request: OfficerRequest, case: "Complaint", form: OfferForm, template: str = OFFER_PAGE
) -> HttpResponse:
    if led := refused_redirect(request, form):
        return led
    form_refilled(request, form)
    if form.is_bound and form.has_error(NON_FIELD_ERRORS, StaleCase.code):
        # The form gets the present version of the case, so that the officer can send again.
        case = complaint_get(reference=case.reference)
        form.rebase(case.version)
    acts = acts_on(
        case, request.user, is_barred=request.user.pk in case_deciders(case).barred, at=clock.now()
    )
    context: dict[str, Any] = {
        "case": case_header(case),
        "case_url": case_url("show-case", case.reference),
        "is_possible": Act.OFFER in acts,
        "may_write_letter": Act.DIRECT in acts,
    }
    return console_form_page(request, template, form, **context)


def _offered(made: OfferedTo) -> str:
    if made.agency is None:
        return _(
            "National oversight was asked which administration is competent: that one had the case "
            "before, or too many have had it. Until it decides, the case stays with you."
        )
    text = _("The case is offered to %(agency)s. Until it takes the case over, it stays with you.")
    return text % {"agency": f"\u2068{made.agency.name(get_language() or '')}\u2069"}


def _cut_out(part: str, made: OfferedTo) -> str:
    shown = {"reference": f"\u2066{reference_group(part)}\u2069"}
    if made.agency is None:
        return (
            _(
                "The part is a case of its own now: %(reference)s. National oversight was asked "
                "which administration is competent for it. Until it decides, the part stays with "
                "you."
            )
            % shown
        )
    shown["agency"] = f"\u2068{made.agency.name(get_language() or '')}\u2069"
    return (
        _(
            "The part is a case of its own now: %(reference)s. It is offered to %(agency)s. Until "
            "that administration takes it over, it stays with you."
        )
        % shown
    )
