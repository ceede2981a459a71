"""The requests of the attack in ``bench.hostile``, and the browsers that send them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


def national_browser() -> Any:
    """Return a browser of an analyst of national oversight; a missing analyst is created."""
    from django.conf import settings  # noqa: PLC0415

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
    browser = Browser(host=f"oversight.{settings.BASE_DOMAIN}")
    open_session(browser.client, analyst)
    return browser


def public_browser() -> Any:
    """Return a browser at the citizens' portal that is signed in to no account."""
    from django.conf import settings  # noqa: PLC0415

    from tests.tenants.isolation.browsers import Browser  # noqa: PLC0415

    return Browser(host=settings.BASE_DOMAIN)


# What the receipt code opens for a citizen: pages, and the whole request as a document.
TRACKING = ("case/", "case/?show=history", "case/dossier.json", "case/dossier.pdf")
LIST = "list as a file"


def citizen_visit(reference: str, receipt_code: str) -> "Iterator[tuple[str, HttpResponseBase]]":
    """Open the pages of a request as its citizen; yield each page's address with the answer."""
    browser = public_browser()
    given = {"reference": reference, "secret": receipt_code}
    yield "/en/track/", asked(browser.post, "/en/track/", given)
    for page in TRACKING:
        yield page, asked(browser.get, f"/en/track/{page}")


def list_exported(
    console: Any, guarded: "Callable[[str], AbstractContextManager[None]]"
) -> "Iterator[tuple[str, HttpResponseBase]]":
    """Export all cases of an agency as an officer; yield each step's address with the answer."""
    from tests.shared.jobs.workers import run_queue  # noqa: PLC0415

    chosen = {"action": "export", "which": "matching", "query": "view=all", "view": "all"}
    begun = asked(console.post, "/bulk/begin/", chosen)
    yield "/bulk/begin/", begun
    if begun.status_code != 302:
        return
    path = begun["Location"]
    yield "/bulk/", asked(console.post, path, {"format": "csv"})
    yield "/bulk/start/", asked(console.post, f"{path}start/", {})
    with guarded(LIST):
        run_queue()
    yield LIST, asked(console.get, f"{path}file/")


def asked(ask: "Callable[..., HttpResponseBase]", *given: Any, **named: Any) -> Any:
    """Send a request and return its answer; the changes of a failed page are rolled back."""
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        answer = ask(*given, **named)
        if answer.status_code >= 500:
            transaction.set_rollback(True)
    return answer
