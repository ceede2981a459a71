"""Sessions in the database; a session expires by the time of the database server."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query


class SessionStore(db.SessionStore):
    """Django's session store, with expiry by the time of the database server.

    With its own time, a web server whose time is ahead would end every session and delete visitors'
    cookies. ``clock.travel`` has no effect on sessions, as in Django's store.
    """

    def get_expiry_age(self, **given: Any) -> int:
        """Return the seconds until the session expires."""
        return super().get_expiry_age(**{"modification": _now(), **given})

    def get_expiry_date(self, **given: Any) -> datetime:
        """Return the moment at which the session expires."""
        return super().get_expiry_date(**{"modification": _now(), **given})

    def _get_session_from_db(self) -> Session | None:
        # The query is compiled, because every page of a signed-in user runs it.
        found = _living(key=self.session_key or "", now=_now())
        if not found:
            self._session_key = None
            return None
        return found[0]


@compiled_query()
def _living(*, key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


def _now() -> datetime:
    return datetime.fromtimestamp(clock.timestamp(), UTC)
