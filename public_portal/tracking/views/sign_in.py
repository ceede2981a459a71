"""Views that open a request, prove who opened the request, and close the request."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _, gettext_lazy

from public_portal.tracking.errors import LookupProofNeeded
from public_portal.tracking.forms import OpenForm, PartForm, ProofForm
from public_portal.tracking.services import proof_link_send, tracking_page_open
from public_portal.tracking.types import Asker, SentField, TrackingPage
from shared.accounts.permissions import citizen_id
from shared.forms.expired_session_input import input_of_unjudged
from shared.forms.views import form_page, posted, reads_or_answers, redirect_with_message
from shared.kernel.errors import TooManyAttempts
from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import proof_accept
from shared.limits.views import proof_context
from shared.ui.addresses import client_group
from shared.ui.cache_control import unlisted
from shared.ui.form_keys import form_key_read
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of
from tenants.case_access import gateway
from tenants.case_access.enums import EmailState, KeyKind
from tenants.case_access.errors import CaseNotFound, ReceiptCodeStays, TokenNotFound
from tenants.case_access.services.case_parts import part_open
from tenants.case_access.services.email_proofs import email_state_of
from tenants.case_access.services.joined_requests import joined_open
from tenants.case_access.services.printed_codes import may_replace_code, receipt_code_replace
from tenants.case_access.types import TRACKING_TOKEN_SESSION_KEY, IssuedToken
from tenants.isolation.errors import AgencyUnreachable

TRACKING_PAGE = "tracking:show-case"
PROOF_PAGE = "tracking:prove-identity"
PROVE = "public_portal/tracking/prove.html"
# Session key: the page and the request to open after a proof.
WANTED = "tracking_wanted"
# Session key: the page that shows a form sent after the session had expired.
WRITTEN_ON = "tracking_written_on"
_CODE_OF_OFFICER = gettext_lazy(
    "An officer printed this code and has seen it. Confirm your e-mail address by the link."
)
# The names of form fields for long texts.
TYPED = ("body", "reason", "comment")

P = ParamSpec("P")
TokenView = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def tracking_required(
    view: TokenView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Decorate a view to get the session's tracking token as an argument.

    Without a valid token, the decorated view redirects to the page that opens a request.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = request.session.get(TRACKING_TOKEN_SESSION_KEY, "")
        try:
            if token:
                return view(request, token, *args, **kwargs)
        except TokenNotFound as refusal:
            del request.session[TRACKING_TOKEN_SESSION_KEY]
            messages.warning(request, refusal_message(refusal))
        except AgencyUnreachable as refusal:
            return unreachable_page(request, refusal)
        _keep_written(request)
        return redirect("tracking:start")

    return guarded


def _keep_written(request: HttpRequest) -> None:
    """Store which page shows the form that was sent after the session had expired."""
    key, target = form_key_read(request), input_of_unjudged(request)
    if key and target:
        request.session[WRITTEN_ON] = {"page": target, "mark": key.user}


def proved_tracking_required(
    view: TokenView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Decorate a view like ``tracking_required``, and require a proof first.

    The proof is a receipt code or a link; the e-mail address alone is not enough.
    """

    @tracking_required
    @wraps(view)
    def guarded(
        request: HttpRequest, token: str, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if gateway.token_detail(token=token).is_proved:
            return view(request, token, *args, **kwargs)
        return _proof_first(request, token)

    return guarded


def form_owned(request: HttpRequest, page: TrackingPage) -> None:
    """Connect the page's forms with one request, so that no other request shows typed values."""
    request.form_owner = _mark(page.case.reference)  # type: ignore[attr-defined]


def _mark(reference: str) -> str:
    mark = salted_hmac("public.tracking.form", reference, algorithm="sha256")
    return f"request:{mark.hexdigest()}"


def unreachable_page(request: HttpRequest, refusal: AgencyUnreachable) -> HttpResponse:
    """Show that the agency's server does not answer, with the typed values to send again."""
    context = {
        "message": refusal_message(refusal),
        "is_form": request.method == "POST",
        "typed": _typed(request),
        "had_files": bool(request.FILES),
    }
    response = render(request, "public_portal/tracking/unreachable.html", context, status=503)
    response["Retry-After"] = str(refusal.retry_after)
    return response


def _typed(request: HttpRequest) -> list[SentField]:
    # In the form for re-opening, ``reason`` is a choice and ``body`` is the long text.
    texts = {name for name in TYPED if name != "reason" or "body" not in request.POST}
    return [
        SentField(name=name, value=str(value), is_text=name in texts)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]


def let_in(request: HttpRequest, token: str) -> HttpResponse:
    """Store the token, unless the session has a stronger one, and redirect to the wanted page.

    That is the page of a form sent before, the page that required a proof, or the tracking page.
    """
    # Without a new session key, an attacker who set the session cookie could use the token.
    request.session.cycle_key()
    kept = request.session.get(TRACKING_TOKEN_SESSION_KEY, "")
    request.session[TRACKING_TOKEN_SESSION_KEY] = gateway.token_stronger(kept=kept, token=token)
    detail = gateway.token_detail(token=request.session[TRACKING_TOKEN_SESSION_KEY])
    wanted = request.session.get(WANTED, {})
    written = request.session.pop(WRITTEN_ON, {})
    if written.get("mark") == _mark(detail.reference):
        return redirect(written["page"])
    if not detail.is_proved or wanted.get("reference") != detail.reference:
        return redirect(TRACKING_PAGE)
    return redirect(request.session.pop(WANTED)["page"])


@reads_or_answers
def start(request: HttpRequest) -> HttpResponse:
    """Open a request by its reference and its e-mail address or receipt code."""
    form = OpenForm(posted(request), initial={"reference": request.GET.get("reference", "")[:40]})
    context: dict[str, object] = {"is_open": TRACKING_TOKEN_SESSION_KEY in request.session}
    if form.is_valid():
        with refusals_beside(form, only=(CaseNotFound, TooManyAttempts)):
            return let_in(request, _open(request, form))
    wanted = getattr(form, "refusal", None)
    if isinstance(wanted, ProofNeeded):
        context |= proof_context(wanted)
    return form_page(request, "public_portal/tracking/start.html", form, context)


@form_of(TRACKING_PAGE)
@tracking_required
def open_part(request: HttpRequest, token: str) -> HttpResponse:
    """Open another part of the request, with the same rights as the opened part."""
    form = PartForm(request.POST)
    if not form.is_valid():
        raise CaseNotFound
    return let_in(request, part_open(token=token, **form.cleaned_data).token)


@form_of(TRACKING_PAGE)
@tracking_required
def open_joined(request: HttpRequest, token: str) -> HttpResponse:
    """Open a request that is merged with the opened request."""
    form = PartForm(request.POST)
    if not form.is_valid():
        raise CaseNotFound
    return let_in(request, joined_open(token=token, **form.cleaned_data).token)


@form_of("tracking:start")
def leave(request: HttpRequest) -> HttpResponse:
    """Remove the opened request from the session, for people who share a telephone."""
    # Without this, the next person could see the requests that were filed in this session.
    for kept in (TRACKING_TOKEN_SESSION_KEY, WANTED, "filed", "sent_hidden", "held"):
        request.session.pop(kept, None)
    request.session.cycle_key()
    return redirect_with_message(
        request, _("You have left your request. Nobody can read it here now."), "tracking:start"
    )


@reads_or_answers
@tracking_required
def prove_identity(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a proof, and redirect to the page that required the proof."""
    detail = gateway.token_detail(token=token)
    if detail.is_proved:
        return redirect(TRACKING_PAGE)
    form = ProofForm(posted(request))
    if form.is_valid():
        with refusals_beside(form, only=(TooManyAttempts,)):
            try:
                issued = _open_by_code(request, detail.reference, form.cleaned_data["code"])
                if gateway.token_detail(token=issued.token).is_proved:
                    return let_in(request, issued.token)
                form.add_error("code", _CODE_OF_OFFICER)
            except (CaseNotFound, ProofNeeded):
                form.add_error("code", _("This is not the receipt code of this request."))
    return form_page(request, PROVE, form, _proof_page(token))


@reads_or_answers
@proved_tracking_required
def replace_code(request: HttpRequest, token: str) -> HttpResponse:
    """Replace a receipt code that an officer has printed; the new code is shown once."""
    if not may_replace_code(token=token):
        refusal = refusal_message(ReceiptCodeStays())
        return redirect_with_message(request, refusal, TRACKING_PAGE, level=messages.WARNING)
    context = {
        "reference": gateway.token_detail(token=token).reference,
        "code": receipt_code_replace(token=token) if request.method == "POST" else "",
    }
    return unlisted(render(request, "public_portal/tracking/code.html", context))


@form_of(PROOF_PAGE)
@tracking_required
def send_proof_link(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a proof link to the e-mail address of the request."""
    # A person with a proof asks for the link to prove the address, or to open merged requests.
    is_proved = gateway.token_detail(token=token).is_proved
    onward = f"{reverse(TRACKING_PAGE)}#email" if is_proved else PROOF_PAGE
    try:
        proof_link_send(token=token, language=page_language())
    except TooManyAttempts as refusal:
        messages.warning(request, refusal_message(refusal))
        if is_proved:
            return redirect(onward)
        form = ProofForm()
        form.refusal = refusal
        return form_page(request, PROVE, form, _proof_page(token))
    sent = _("We have sent a link to the e-mail address of this request.")
    if email_state_of(token=token) == EmailState.UNPROVED:
        sent = _(
            "The e-mail is on its way, unless this address has had too many of them today. Open it "
            "and confirm your address."
        )
    return redirect_with_message(request, sent, onward)


def _open_by_code(request: HttpRequest, reference: str, code: str) -> IssuedToken:
    return tracking_page_open(
        reference=reference,
        kind=KeyKind.RECEIPT,
        value=code,
        asker=_asker(request),
        proves=lambda: False,
    )


def _proof_page(token: str) -> dict[str, object]:
    return {
        "reference": gateway.token_detail(token=token).reference,
        "is_email_unproved": email_state_of(token=token) == EmailState.UNPROVED,
        "is_by_printed_code": gateway.token_detail(token=token).is_by_printed_code,
    }


def _asker(request: HttpRequest) -> Asker:
    return Asker(
        address=client_group(request),
        language=page_language(),
        user_id=citizen_id(request),
    )


def _proof_first(request: HttpRequest, token: str) -> HttpResponse:
    match = request.resolver_match
    request.session[WANTED] = {
        "page": (match.view_name if match else TRACKING_PAGE),
        "reference": gateway.token_detail(token=token).reference,
    }
    if request.method != "POST":
        return redirect(PROOF_PAGE)
    # The page of the proof shows the typed texts, so that the citizen can copy them.
    unsent = [str(request.POST[name]) for name in TYPED if request.POST.get(name)]
    return render(
        request,
        PROVE,
        {"form": ProofForm(), "unsent": unsent, **_proof_page(token)},
        status=403,
    )


def _open(request: HttpRequest, form: OpenForm) -> str:
    try:
        return tracking_page_open(
            reference=form.cleaned_data["reference"],
            kind=form.kind,
            value=form.cleaned_data["secret"],
            asker=_asker(request),
            proves=lambda: proof_accept(form.cleaned_data["altcha"]),
        ).token
    except ProofNeeded as wanted:
        raise LookupProofNeeded(retry_after=wanted.retry_after) from None
