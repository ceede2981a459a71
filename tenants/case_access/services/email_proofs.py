"""Proof that a request's e-mail address is its person's, and release of the held e-mails.

Anybody can type anybody's address. Until its mailbox has answered, one kind of e-mail goes there:
the one that asks for the proof and says nothing of the request (``mail_recipients``).
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
# Of the e-mails that ask whether a new address may replace the old one.
CHANGE_PURPOSES = (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL)


def email_proof_preview(*, key: str) -> date:
    """Return the filing day of the request whose address a link proves.

    Its page may show nothing else. Raises ``LinkNotFound``.
    """
    return clock.civil_day(link_find(token=key, purposes=PURPOSES).route.created_at)


@transaction.atomic
def email_given_prove(*, key: str) -> None:
    """Use a link to prove the address given with a request. Raises ``LinkNotFound``."""
    route = link_use(token=key, purposes=PURPOSES).route
    email_proved(route=route)
    mailbox_answered(route=route)


@transaction.atomic
def email_proved(*, route: Route) -> None:
    """Mark the address of a request as proved, and release the e-mails that waited for that.

    A change of address begun before is cancelled: it asks only the new mailbox, and a proved
    address is changed only if its own mailbox agrees.
    """
    Route.objects.filter(pk=route.pk).update(is_email_proved=True)
    email_change_forget(route=route)
    rows_delete(LinkToken.objects.filter(route=route, purpose=LinkPurpose.GIVEN_EMAIL))
    # The agency that holds the request now: held e-mails are transferred with the case.
    with agency_context(route_held(route).agency):
        held_mail_release(reference=route.reference)


def mailbox_answered(*, route: Route) -> None:
    """Record that the mailbox of a request has acted since the filing, by a link or an account.

    This may join the request with another one (decision 52). ``is_email_proved`` may not: it is
    true as well if the mailbox answered for another request, or before the column existed.
    """
    Route.objects.filter(pk=route.pk, email_digest__isnull=False, email_proved_at=None).update(
        email_proved_at=clock.now()
    )


def mailbox_inherited(*, whole: Route, part: Route, email: str) -> None:
    """Copy the mailbox proof of a whole request to a part that has the proved address."""
    if whole.email_proved_at is not None and is_address_of(whole, email):
        Route.objects.filter(pk=part.pk).update(email_proved_at=whole.email_proved_at)


def mailbox_proved_by_account(*, route: Route, user_id: int) -> None:
    """Record the mailbox as proved if a request's address is the proved one of an account."""
    if is_address_of_account(route=route, user_id=user_id):
        mailbox_answered(route=route)


def is_address_of_account(*, route: Route, user_id: int) -> bool:
    """Return whether a request's address is that of an account, which may keep others too."""
    return route.email_digest is not None and is_address_of(route, _address(user_id))


def email_change_forget(*, route: Route) -> None:
    """Cancel a change of address, and delete the links that prove it."""
    EmailChange.objects.filter(route=route).delete()
    rows_delete(LinkToken.objects.filter(route=route, purpose__in=CHANGE_PURPOSES))


def held_mail_release(*, reference: str) -> None:
    """Send the e-mails of a case that waited for a proved address, in the case's schema.

    E-mails that a former address refused are sent again as well.
    """
    for letter in mail_resend(reference=reference, failures=(*RESENDABLE, MailFailure.UNPROVED)):
        deliver_mail.enqueue(mail_id=str(letter))


def email_state_of(*, token: str) -> EmailState:
    """Return whether e-mails about a token's case reach the person. Raises ``TokenNotFound``."""
    return email_state(route_of_token(token))


def is_email_known(*, email: str, owner_id: int | None, follows: str) -> bool:
    """Return whether the mailbox of a new request's address has answered before.

    It answered for the account that files the request, or for the earlier request that the new one
    follows: both were opened by one person.
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
