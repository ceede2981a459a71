"""Sessions in the database, which end by the database's clock."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query


class SessionStore(db.SessionStore):
    """Django's, but for the time.

    A server whose clock runs ahead would find every session ended, and make each visitor's browser
    forget its own. Days that are only travelled to do not count, as with Django's.
    """

    def get_expiry_age(self, **given: Any) -> int:
        """Return the seconds as Django does."""
        return super().get_expiry_age(**{"modification": _now(), **given})

    def get_expiry_date(self, **given: Any) -> datetime:
        """Return the moment as Django does."""
        return super().get_expiry_date(**{"modification": _now(), **given})

    def _get_session_from_db(self) -> Session | None:
        # Every page of somebody who is signed in asks this.
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
