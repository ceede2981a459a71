"""How often somebody may try at the doors of staff, counted in the schema of the door."""

from collections.abc import Mapping
from datetime import UTC, datetime

from shared.accounts.models import SignInTry
from shared.limits.services import attempts_prune, use_count


def code_tried(*, state: Mapping[str, object], lives: int) -> int:
    """Count one try of a mailed code, before it is compared; returns how many there are now.

    ``state`` is what the session keeps of the letter. By the letter and not by the session: the
    first try of a code forgets old counts, so that the table never grows beyond a day's.
    """
    began = float(str(state["at"]))
    letter = " ".join(str(state.get(part, "")) for part in ("email", "at", "code"))
    until = datetime.fromtimestamp(began + lives, UTC)
    tried = use_count(name="staff.code", subject=letter, until=until, rows=SignInTry)
    if tried == 1:
        attempts_prune(rows=SignInTry)
    return tried
