"""One-time links in e-mails: previews, which do not use a link up, and single uses."""

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction

from shared.complaints import services
from shared.complaints.types import PublicCase, RatingDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.agencies.selectors import agency_info
from tenants.case_access.errors import LinkNotFound
from tenants.case_access.selectors import competent_body, route_by_reference
from tenants.case_access.services.email_proofs import mailbox_answered
from tenants.case_access.services.mail_recipients import (
    ASKED_FOR,
    mail_context,
    national_mail_queue,
)
from tenants.case_access.services.routes import case_of
from tenants.case_access.services.text_encryption import encrypt_text
from tenants.case_access.services.tokens import (
    LINK_LIVES,
    link_find,
    link_use,
    route_of_proof,
    route_of_token,
    token_issue,
)
from tenants.case_access.types import IssuedToken, LinkedCase
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tenants.models.enums import LinkPurpose, OpenedBy, TokenScope

FOLLOW_UP_LIFE = timedelta(days=1)

_follow_up_signer = Signer(salt="public.tracking.follows")


def link_ask(*, reference: str, email: str, language: str) -> None:
    """Queue an e-mail with a link to open a case, to be sent only if the address is the case's.

    The address is checked when the e-mail is sent, so that a right and a wrong pair of reference
    and address take equally long here.
    """
    national_mail_queue(
        letter=ASKED_FOR,
        language=language,
        reference=reference,
        encrypted=encrypt_text(email.strip(), about=mail_context(reference)),
        life=LINK_LIVES[LinkPurpose.OPEN],
    )


def proof_link_ask(*, token: str, language: str) -> None:
    """Queue an e-mail with a link to the stored address of the case that a token opens.

    If the case has no address, no e-mail is sent. Raises ``TokenNotFound``.
    """
    national_mail_queue(
        letter=ASKED_FOR,
        language=language,
        reference=route_of_token(token).reference,
        life=LINK_LIVES[LinkPurpose.OPEN],
    )


def follow_up_sign(*, token: str) -> str:
    """Return a signed parameter by which a new request follows the case of a token.

    The filing pages read the parameter ``/submit/?follows=``, valid for a day. Raises
    ``TokenNotFound`` or ``ProofRequired``.
    """
    content = {
        "reference": route_of_proof(token).reference,
        "until": (clock.now() + FOLLOW_UP_LIFE).timestamp(),
    }
    return _follow_up_signer.sign_object(content, compress=False)


def follow_up_read(*, signed: str) -> PublicCase:
    """Return the case that a signed parameter names. Raises ``LinkNotFound``, also if expired."""
    try:
        content = _follow_up_signer.unsign_object(signed)
    except BadSignature:
        raise LinkNotFound from None
    route = route_by_reference(content["reference"])
    if route is None or content["until"] < clock.now().timestamp():
        raise LinkNotFound
    return case_of(route)


def link_preview(*, key: str, purpose: LinkPurpose) -> LinkedCase:
    """Return the case behind a link that still works. Raises ``LinkNotFound``."""
    route = link_find(token=key, purposes=(purpose,)).route
    case = case_of(route)
    return LinkedCase(
        case=case,
        agency=agency_info(route.agency),
        directed_to=competent_body(code=case.directed_to),
    )


@transaction.atomic
def link_open(*, key: str, purpose: LinkPurpose = LinkPurpose.OPEN) -> IssuedToken:
    """Use a link of one purpose to open its case. Raises ``LinkNotFound``."""
    return _token(_answered(key, purpose))


@transaction.atomic
def link_rate(*, key: str, draft: RatingDraft) -> IssuedToken:
    """Use a link to rate the reply to its case, and open the case.

    An error leaves the link unused. Raises ``LinkNotFound``, ``NothingToRate``, ``AlreadyRated``.
    """
    route = _answered(key, LinkPurpose.RATE)
    with agency_context(route.agency):
        services.rating_give(reference=route.reference, draft=draft, actor=CITIZEN)
    return _token(route)


@transaction.atomic
def link_report(*, key: str, kept: bool) -> IssuedToken:
    """Use a link to report whether the reply's promise was kept, and open the case.

    An error leaves the link unused. Raises ``LinkNotFound``, ``NothingToTell``, ``AlreadyTold``.
    """
    route = _answered(key, LinkPurpose.PROMISE)
    with agency_context(route.agency):
        services.promise_report(reference=route.reference, kept=kept, actor=CITIZEN)
    return _token(route)


def _answered(key: str, purpose: LinkPurpose) -> Route:
    """Use a link, and record that the mailbox of its request has answered; return the route.

    Call this before the case is locked, because a transfer locks the route first.
    """
    route = link_use(token=key, purposes=(purpose,)).route
    mailbox_answered(route=route)
    return route


def _token(route: Route) -> IssuedToken:
    return token_issue(
        route=route, scope=TokenScope.FULL, opened_by=OpenedBy.LINK, is_by_mailbox=True
    )
