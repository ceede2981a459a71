"""Proof that a request's e-mail address belongs to its person, and release of the held e-mails.

Anybody can type a stranger's address. Before a mailbox has answered, only one kind of e-mail is
sent to it: the e-mail asks for the proof and names only the day of filing (``mail_recipients``).
"""

from contextlib import suppress
from datetime import date

from django.db import transaction

from shared.accounts.errors import UserNotFound
from shared.accounts.selectors import user_get
from shared.kernel import clock
from shared.mail.enums import RESENDABLE, MailFailure
from shared.mail.services import mail_resend
from shared.mail.tasks import deliver_mail
from tenants.case_access.enums import EmailState
from tenants.case_access.selectors import route_by_reference
from tenants.case_access.services.mail_recipients import is_address_of
from tenants.case_access.services.routes import email_state, normal_email, route_held
from tenants.case_access.services.tokens import (
    link_find,
    link_use,
    printed_code_confirm,
    route_of_token,
    rows_delete,
)
from tenants.isolation.schema_switch import agency_context
from tenants.models import EmailChange, LinkToken, Route
from tenants.models.enums import LinkPurpose

PURPOSES = (LinkPurpose.GIVEN_EMAIL,)
# The purposes of links in e-mails that ask whether a new address may replace the old address.
CHANGE_PURPOSES = (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL)


def email_proof_preview(*, key: str) -> date:
    """Return the filing day of the request whose address a link proves.

    The page of the link may show nothing else about the request. Raises ``LinkNotFound``.
    """
    return clock.civil_day(link_find(token=key, purposes=PURPOSES).route.created_at)


@transaction.atomic
def email_given_prove(*, key: str) -> None:
    """Use a link to prove the address that a request was filed with. Raises ``LinkNotFound``."""
    route = link_use(token=key, purposes=PURPOSES).route
    email_proved(route=route)
    mailbox_answered(route=route)


@transaction.atomic
def email_proved(*, route: Route) -> None:
    """Mark the address of a request as proved, and release the e-mails that waited for the proof.

    A waiting change of address is cancelled: only the new mailbox was asked, but a proved address
    may be changed only if its own mailbox agrees too.
    """
    Route.objects.filter(pk=route.pk).update(is_email_proved=True)
    email_change_forget(route=route)
    rows_delete(LinkToken.objects.filter(route=route, purpose=LinkPurpose.GIVEN_EMAIL))
    # Held e-mails are in the schema of the agency that has the case now.
    with agency_context(route_held(route).agency):
        held_mail_release(reference=route.reference)


def mailbox_answered(*, route: Route) -> None:
    """Record that a request's mailbox has answered since the filing, by a link or an account.

    A merge requires this record (decision 52) and not ``is_email_proved``, which is also true if
    the mailbox answered only for another request.
    """
    Route.objects.filter(pk=route.pk, email_digest__isnull=False, email_proved_at=None).update(
        email_proved_at=clock.now()
    )


def mailbox_inherited(*, whole: Route, part: Route, email: str) -> None:
    """Copy the mailbox proof of a whole request to a part, if ``email`` is the whole's address."""
    if whole.email_proved_at is not None and is_address_of(whole, email):
        Route.objects.filter(pk=part.pk).update(email_proved_at=whole.email_proved_at)


def mailbox_proved_by_account(*, route: Route, user_id: int) -> None:
    """Record that a request's mailbox has answered if the account has the same address."""
    if is_address_of_account(route=route, user_id=user_id):
        mailbox_answered(route=route)


def is_address_of_account(*, route: Route, user_id: int) -> bool:
    """Return whether the e-mail address of a request is the address of an account."""
    return route.email_digest is not None and is_address_of(route, _address(user_id))


def email_change_forget(*, route: Route) -> None:
    """Cancel a request's change of address, and delete the links that would prove the addresses."""
    EmailChange.objects.filter(route=route).delete()
    rows_delete(LinkToken.objects.filter(route=route, purpose__in=CHANGE_PURPOSES))


def held_mail_release(*, reference: str) -> None:
    """Send the e-mails of a case that waited for a proved address; call it in the agency's schema.

    E-mails of the case that failed for another reason are sent again as well.
    """
    for letter in mail_resend(reference=reference, failures=(*RESENDABLE, MailFailure.UNPROVED)):
        deliver_mail.enqueue(mail_id=str(letter))


def email_state_of(*, token: str) -> EmailState:
    """Return the state of the e-mail address of a token's case. Raises ``TokenNotFound``."""
    return email_state(route_of_token(token))


def is_email_known(*, email: str, owner_id: int | None, follows: str) -> bool:
    """Return whether a new request's address is proved already, by an account or a request.

    The address is proved if it is the address of the account that files the request, or the proved
    address of the earlier request that the new request follows.
    """
    if owner_id is not None and normal_email(_address(owner_id)) == normal_email(email):
        return True
    earlier = route_by_reference(follows) if follows else None
    return earlier is not None and earlier.is_email_proved and is_address_of(earlier, email)


@transaction.atomic
def email_proved_by_account(*, route: Route, user_id: int) -> None:
    """Mark the address of a request as proved if it is the address of an account."""
    if not is_address_of_account(route=route, user_id=user_id):
        return
    printed_code_confirm(route=route)
    if email_state(route) == EmailState.UNPROVED:
        email_proved(route=route)
    mailbox_answered(route=route)


def _address(user_id: int) -> str:
    with suppress(UserNotFound):
        return user_get(user_id=user_id).email
    return ""
