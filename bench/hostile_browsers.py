"""Requests of the attack of ``bench.hostile``, and who sends them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


def national_browser() -> Any:
    """A browser of an analyst of national oversight, who is made at the first look."""
    from shared.accounts.enums import Role  # noqa: PLC0415
    from shared.accounts.models import User  # noqa: PLC0415
    from shared.accounts.services.users import user_create  # noqa: PLC0415
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tests.support.factories import PASSWORD  # noqa: PLC0415
    from tests.support.sessions import open_session  # noqa: PLC0415
    from tests.tenants.isolation.browsers import Browser  # noqa: PLC0415

    analyst = User.objects.filter(role=Role.ANALYST).first() or user_create(
        email="analyst@oversight.example",
        name="An analyst",
        role=Role.ANALYST,
        password=PASSWORD,
        actor=SYSTEM,
    )
    browser = Browser(host="oversight.testserver")
    open_session(browser.client, analyst)
    return browser


def asked(ask: "Callable[..., HttpResponseBase]", *given: Any, **named: Any) -> Any:
    """The answer to one request; what a page that failed has done is taken back."""
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        answer = ask(*given, **named)
        if answer.status_code >= 500:
            transaction.set_rollback(True)
    return answer
