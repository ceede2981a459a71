"""A browser of somebody who has just signed in, without the pages on the way."""

from django.test import Client

from shared.accounts.middleware import presence_begin
from shared.accounts.models import User
from shared.kernel import clock

PROOFS = "account_authentication_methods"


def open_session(client: Client, user: User) -> None:
    """Be that person in this browser, in the schema where the code runs."""
    client.force_login(user)
    session = client.session
    session[PROOFS] = [
        {"method": method, "at": clock.timestamp()} for method in ("password", "mfa")
    ]
    session[f"{PROOFS}_user"] = str(user.pk)
    presence_begin(session)
    session.save()


def proofs_age(client: Client, seconds: float) -> None:
    """Let whoever is signed in have proved who they are so long ago."""
    session = client.session
    session[PROOFS] = [{**one, "at": one["at"] - seconds} for one in session[PROOFS]]
    session.save()
