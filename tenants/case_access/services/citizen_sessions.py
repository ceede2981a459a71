"""The sessions of a citizen's account; only the citizen can list and end the sessions.

Of the device, only the browser and the operating system are stored; no IP address is stored.
"""

from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from shared.accounts.types import SessionDetail
from shared.kernel import clock
from shared.kernel.devices import Device
from tenants.models import CitizenSession

# The maximum number of sessions that are listed for one account.
MOST = 50


def citizen_session_record(
    *, session_id: UUID, user_id: int, session_key: str, device: Device
) -> None:
    """Record that a citizen's session is in use, with its current session key; one statement."""
    now = clock.now()
    citizen_session = CitizenSession(
        id=session_id,
        user_id=user_id,
        session_key=session_key,
        browser=device.browser,
        system=device.system,
        began_at=now,
        seen_at=now,
    )
    CitizenSession.objects.bulk_create(
        [citizen_session],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["session_key", "browser", "system", "seen_at"],
    )


def citizen_sessions_of(*, user_id: int, here: UUID | None = None) -> list[SessionDetail]:
    """Return an account's active sessions, last used first; ``here`` is the reader's session."""
    rows = CitizenSession.objects.filter(_living(), user_id=user_id).order_by("-seen_at", "id")
    return [
        SessionDetail(
            id=row.pk,
            browser=row.browser,
            system=row.system,
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_here=row.pk == here,
        )
        for row in rows[:MOST]
    ]


@transaction.atomic
def citizen_session_end(*, user_id: int, session_id: UUID) -> bool:
    """End one session of an account; return ``False`` if the account has no such session."""
    return _end(CitizenSession.objects.filter(user_id=user_id, pk=session_id)) > 0


@transaction.atomic
def sessions_end_all(*, user_id: int, keeping: UUID | None = None) -> int:
    """End all sessions of an account except the session ``keeping``; return how many ended."""
    open_rows = CitizenSession.objects.filter(user_id=user_id)
    return _end(open_rows if keeping is None else open_rows.exclude(pk=keeping))


@transaction.atomic
def citizen_sessions_prune() -> int:
    """Delete rows of ended sessions and expired Django sessions; return how many rows."""
    return (
        Session.objects.filter(expire_date__lte=clock.now()).delete()[0]
        + CitizenSession.objects.filter(~_living()).delete()[0]
    )


def _living() -> Exists:
    return Exists(
        Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    )


def _end(open_rows: QuerySet[CitizenSession]) -> int:
    # After the deletion of the Django session, a running view cannot save the session, and the next
    # page finds nobody signed in and no case open.
    Session.objects.filter(session_key__in=open_rows.values("session_key")).delete()
    return open_rows.delete()[0]
