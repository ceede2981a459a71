"""The entrance of a request's space: proving the right to it, and leaving."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from public_portal.tracking.forms import OpenForm, ProofForm
from public_portal.tracking.services import proof_link_send, tracking_page_open
from public_portal.tracking.types import Asker
from shared.accounts.permissions import citizen_id
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.limits.errors import ProofNeeded
from shared.limits.services import proof_accept, proof_challenge
from shared.ui.addresses import address_group, client_address
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.methods import form_of
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, TokenNotFound
from tenants.case_access.types import TOKEN_IN_SESSION

SESSION_KEY = TOKEN_IN_SESSION
SPACE = "tracking:show-case"
PROOF = "tracking:prove-identity"
# Which page of which request wanted a proof: the way goes on there.
WANTED = "tracking_wanted"
# Fields in which somebody writes at length.
TYPED = ("body", "reason", "comment")
PROOF_WANTED = gettext_lazy(
    "Many numbers are being tried on the portal at this moment. Show in one of the ways below that "
    "no machine is asking."
)

P = ParamSpec("P")
SpaceView = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def tracking_required(
    view: SpaceView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hand the view the token of this visit; without a living one, lead back to the entrance."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = request.session.get(SESSION_KEY, "")
        try:
            if token:
                return view(request, token, *args, **kwargs)
        except TokenNotFound as refusal:
            del request.session[SESSION_KEY]
            messages.warning(request, refusal_message(refusal))
        return redirect("tracking:start")

    return guarded


def proved_tracking_required(
    view: SpaceView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The same, where something is decided: first ask for a proof that the e-mail is not."""

    @tracking_required
    @wraps(view)
    def guarded(
        request: HttpRequest, token: str, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if gateway.token_detail(token=token).is_proved:
            return view(request, token, *args, **kwargs)
        return _proof_first(request, token)

    return guarded


def let_in(request: HttpRequest, token: str) -> HttpResponse:
    """Let this browser into the space that a token opens, or to the page that wanted a proof."""
    # A session that somebody else planted in this browser must not come to hold the token.
    request.session.cycle_key()
    kept = request.session.get(SESSION_KEY, "")
    request.session[SESSION_KEY] = gateway.token_stronger(kept=kept, token=token)
    detail = gateway.token_detail(token=request.session[SESSION_KEY])
    wanted = request.session.get(WANTED, {})
    if not detail.is_proved or wanted.get("reference") != detail.reference:
        return redirect(SPACE)
    return redirect(request.session.pop(WANTED)["page"])


@reads_or_answers
def start(request: HttpRequest) -> HttpResponse:
    """Reference and e-mail address, or reference and receipt code."""
    if request.method != "POST":
        known = {"reference": request.GET.get("reference", "")[:40]}
        return _start_page(request, OpenForm(initial=known), status=200)
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _start_page(request, form, status=400)
    try:
        token = _open(request, form)
    except ProofNeeded as refusal:
        form.add_error(None, PROOF_WANTED)
        return _refused_page(request, form, refusal)
    except (CaseNotFound, TooManyAttempts) as refusal:
        form.add_error(None, refusal_message(refusal))
        return _refused_page(request, form, refusal)
    return let_in(request, token)


@form_of("tracking:start")
def leave(request: HttpRequest) -> HttpResponse:
    """Close the space, for those who share their telephone."""
    request.session.pop(SESSION_KEY, None)
    request.session.pop(WANTED, None)
    # What was sent in this visit is named on the pages of the next request.
    request.session.pop("filed", None)
    request.session.pop("sent_hidden", None)
    request.session.cycle_key()
    messages.success(request, _("You have left your request. Nobody can read it here now."))
    return redirect("tracking:start")


def asker_of(request: HttpRequest) -> Asker:
    """Who asks to open a request."""
    return Asker(
        address=address_group(client_address(request)),
        language=page_language(),
        user_id=citizen_id(request),
    )


def _proof_first(request: HttpRequest, token: str) -> HttpResponse:
    match = request.resolver_match
    reference = gateway.token_detail(token=token).reference
    request.session[WANTED] = {"page": match.view_name if match else SPACE, "reference": reference}
    if request.method != "POST":
        return redirect(PROOF)
    # What was typed is not lost: it stands there to be copied.
    unsent = [str(request.POST[name]) for name in TYPED if request.POST.get(name)]
    context = {"form": ProofForm(), "unsent": unsent, "reference": reference}
    return render(request, "public_portal/tracking/prove.html", context, status=403)


def _open(request: HttpRequest, form: OpenForm) -> str:
    return tracking_page_open(
        reference=form.cleaned_data["reference"],
        kind=form.kind,
        value=form.cleaned_data["secret"],
        asker=asker_of(request),
        proves=lambda: proof_accept(form.cleaned_data["altcha"]),
    ).token


def _start_page(
    request: HttpRequest, form: OpenForm, *, status: int, wanted: ProofNeeded | None = None
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "is_open": SESSION_KEY in request.session}
    if wanted is not None:
        context |= {"challenge": json.dumps(proof_challenge()), "seconds": wanted.retry_after}
    return render(request, "public_portal/tracking/start.html", context, status=status)


def _refused_page(request: HttpRequest, form: OpenForm, refusal: DomainError) -> HttpResponse:
    wanted = refusal if isinstance(refusal, ProofNeeded) else None
    response = _start_page(request, form, status=refusal_status(refusal), wanted=wanted)
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response


@reads_or_answers
@tracking_required
def prove_identity(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the receipt code, or offer a link; then go on where the proof was wanted."""
    detail = gateway.token_detail(token=token)
    if detail.is_proved:
        return redirect(SPACE)
    form = ProofForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, detail.reference, 400 if form.is_bound else 200)
    try:
        token = _proved(request, detail.reference, form.cleaned_data["code"])
    except (CaseNotFound, ProofNeeded):
        form.add_error("code", _("This is not the receipt code of this request."))
        return _page(request, form, detail.reference, 400)
    except TooManyAttempts as refusal:
        return _refused(request, form, detail.reference, refusal)
    return let_in(request, token)


@form_of(PROOF)
@tracking_required
def send_proof_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send the link to the address of the request, whoever asks for it."""
    try:
        proof_link_send(token=token, language=page_language())
    except TooManyAttempts as refusal:
        reference = gateway.token_detail(token=token).reference
        return _refused(request, ProofForm(), reference, refusal)
    messages.success(request, _("We have sent a link to the e-mail address of this request."))
    return redirect(PROOF)


def _proved(request: HttpRequest, reference: str, code: str) -> str:
    return tracking_page_open(
        reference=reference,
        kind=KeyKind.RECEIPT,
        value=code,
        asker=asker_of(request),
        proves=lambda: False,
    ).token


def _refused(
    request: HttpRequest, form: ProofForm, reference: str, refusal: DomainError
) -> HttpResponse:
    if form.is_bound:
        form.add_error(None, refusal_message(refusal))
    else:
        messages.warning(request, refusal_message(refusal))
    response = _page(request, form, reference, refusal_status(refusal))
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _page(request: HttpRequest, form: ProofForm, reference: str, status: int) -> HttpResponse:
    context = {"form": form, "reference": reference}
    return render(request, "public_portal/tracking/prove.html", context, status=status)
