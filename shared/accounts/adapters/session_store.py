"""Sessions in the database; a session expires by the time of the database server."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet

from shared.accounts.models import User
from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import DATA_VERSION, data_version_note
from shared.rows.new_rows import stored_row


class SessionStore(db.SessionStore):
    """Django's session store, with expiry by the time of the database server.

    With its own time, a web server whose time is ahead would end every session and delete visitors'
    cookies. ``clock.travel`` has no effect on sessions, as in Django's store.

    ``reads_owner``: the statement that reads a session of staff also reads the account, ``owner``,
    and the data version of the agency, because every page of a console needs them.
    """

    reads_owner = False
    owner: User | None = None

    def get_expiry_age(self, **given: Any) -> int:
        """Return the seconds until the session expires."""
        return super().get_expiry_age(**{"modification": _now(), **given})

    def get_expiry_date(self, **given: Any) -> datetime:
        """Return the moment at which the session expires."""
        return super().get_expiry_date(**{"modification": _now(), **given})

    def _get_session_from_db(self) -> Session | None:
        key, now = self.session_key or "", _now()
        if self.reads_owner:
            found, self.owner = _living_with_owner(key, now)
        else:
            # The query is compiled, because every page of a signed-in user runs it.
            found = next(iter(_living(key=key, now=now)), None)
        if found is None:
            self._session_key = None
        return found


_ACCOUNT = [field.attname for field in User._meta.concrete_fields]
# Written by hand, because Django joins no table without a foreign key. A session that is not in the
# list of staff sessions (yet) has no account here.
_WITH_OWNER = f"""
    SELECT session.session_data, {DATA_VERSION}, {", ".join(f"account.{name}" for name in _ACCOUNT)}
    FROM django_session AS session
    LEFT JOIN accounts_staffsession AS listed ON listed.session_key = session.session_key
    LEFT JOIN accounts_user AS account ON account.id = listed.user_id
    WHERE session.session_key = %s AND session.expire_date > %s
"""  # noqa: S608


def _living_with_owner(key: str, now: datetime) -> tuple[Session | None, User | None]:
    with connection.cursor() as cursor:
        cursor.execute(_WITH_OWNER, [key, now])
        row = cursor.fetchone()
    if row is None:
        return None, None
    data, version, *account = row
    data_version_note(version)
    owner = None if account[0] is None else stored_row(User, _ACCOUNT, account)
    return stored_row(Session, ("session_key", "session_data"), (key, data)), owner


@compiled_query()
def _living(*, key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


def _now() -> datetime:
    return datetime.fromtimestamp(clock.timestamp(), UTC)
