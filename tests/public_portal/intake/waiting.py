"""What tests of held requests share."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.http.response import HttpResponseBase

from public_portal.intake.models import HeldDraft
from tests.public_portal.intake.journey import Citizen
from tests.support.unreachable import agency_unreachable

PRESSED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANONYMOUS = {"privacy": {"privacy": "anonymous"}}


def press(citizen: Citizen, agency, **changes: dict[str, str]) -> str:
    """Walk the wizard and press "send" while the agency is unreachable; the page that follows."""
    citizen.answer_all(**changes)
    with agency_unreachable(agency):
        return str(citizen.send()["Location"])


def see(citizen: Citizen, address: str) -> HttpResponseBase:
    """Open an address of this site."""
    return citizen.client.get(urlsplit(address).path)


def held() -> list[HeldDraft]:
    """Every request that is held, oldest first."""
    return list(HeldDraft.objects.filter(filed_at=None).order_by("pressed_at"))
