"""Look at, ask for, agree to or withdraw the destruction of an archived agency."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from shared.accounts.enums import Role
from shared.accounts.selectors import user_by_email
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.errors import DomainError
from tenants.agencies.selectors import agency_by_code
from tenants.fleet.services.lifecycle.deletion_orders import (
    destroy_ask,
    destroy_confirm,
    destroy_waiting,
    destroy_withdraw,
)


class Command(BaseCommand):
    """``manage.py destroy_agency CODE``: without more it only shows how things stand.

    Two people of the national side must sign, as on the pages: ``--ask`` by an operator, then
    ``--confirm`` by somebody else, each named with ``--as`` by the address of their account.
    """

    help = "Ask for the destruction of an archived agency, or agree to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The code, typed once more by ``--code``, and who does it."""
        parser.add_argument("agency")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--ask", action="store_true")
        what.add_argument("--confirm", action="store_true")
        what.add_argument("--withdraw", action="store_true")
        parser.add_argument("--as", dest="person", default="", help="E-mail of an account.")
        parser.add_argument("--code", default="", help="The agency's code, typed once more.")
        parser.add_argument("--reason", default="")
        parser.add_argument("--waiver", default="", help="Why no bundle is needed.")

    def handle(self, *args: str, agency: str, person: str, **options: str) -> None:
        """One line; an error where something stands in the way."""
        typed = options["code"]
        try:
            if options["ask"]:
                destroy_ask(
                    agency_code=agency,
                    typed_code=typed,
                    reason=options["reason"],
                    waiver=options["waiver"],
                    actor=_actor(person, (Role.OPERATOR,)),
                )
            elif options["confirm"]:
                actor = _actor(person, (Role.OPERATOR, Role.ANALYST))
                destroy_confirm(
                    agency_code=agency, typed_code=typed, order_id=_order_id(agency), actor=actor
                )
            elif options["withdraw"]:
                actor = _actor(person, (Role.OPERATOR, Role.ANALYST))
                destroy_withdraw(agency_code=agency, order_id=_order_id(agency), actor=actor)
            self.stdout.write(_stands(agency))
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None


def _actor(email: str, roles: tuple[Role, ...]) -> Actor:
    user = user_by_email(email=email) if email else None
    if user is None or not user.is_active or user.role not in roles:
        raise CommandError(f"--as names nobody who may do this: {email or 'nobody'}")
    return Actor(kind=ActorKind.OVERSIGHT, label=user.name, user_id=user.pk)


def _order_id(code: str) -> UUID | None:
    order = destroy_waiting(agency_code=code)
    return order.pk if order else None


def _stands(code: str) -> str:
    agency = agency_by_code(code)
    order = destroy_waiting(agency_code=code)
    if order is None:
        return f"{code} is {agency.state}; no destruction waits for a second person"
    return (
        f"{code} is {agency.state}; {order.asked_by} has asked for its destruction,"
        f" another person can agree until {order.expires_at:%Y-%m-%d %H:%M} UTC"
    )
