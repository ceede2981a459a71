"""The rounds of the drill; a round makes a server fail and checks the installation."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep

from drills.failover.installation import PairInstallation
from drills.failover.pages import Outage
from drills.failover.pair import DatabasePair, Member
from drills.faults.application import Site
from drills.faults.load import Load
from drills.faults.registry import wait_until

# Seconds within which the next filing must be acknowledged.
NEXT_SECONDS = 30.0
REJOIN_SECONDS = 90.0
# An answer within these seconds after a kill may come from the killed primary.
IN_FLIGHT_SECONDS = 0.5
HOW = re.compile(r"running pg_rewind|pg_rewind exit code=\d|replica has been created using \w+")


class Round:
    """One run of a round, with its notes and failed checks."""

    def __init__(
        self, installation: PairInstallation, site: Site, load: Load, outage: Outage
    ) -> None:
        self.installation, self.site, self.load, self.outage = installation, site, load, outage
        self.broken: list[str] = []
        self.notes: list[str] = []
        # The lengths of Patroni's logs at the start of this round.
        self.marks = {name: one.length() for name, one in self.pair.members.items()}

    @property
    def pair(self) -> DatabasePair:
        """Return the two servers."""
        return self.installation.pair

    def promise(self, holds: object, otherwise: str) -> None:
        """Record a failed check with the text ``otherwise`` unless ``holds`` is true."""
        if not holds:
            self.broken.append(otherwise)

    def note(self, text: str) -> None:
        """Add a text for the table."""
        self.notes.append(text)

    def require_filing(self, since: float) -> None:
        """Check that a filing is acknowledged within 30 s; probe the pages meanwhile."""

        def is_filed() -> bool:
            return self.load.last_success > since + IN_FLIGHT_SECONDS

        def has_primary() -> bool:
            # The pages may work again before a client, which pauses between tries, files again.
            return is_filed() or bool(self.pair.primary_name())

        while not is_filed() and monotonic() < since + NEXT_SECONDS:
            self.outage.look(has_primary)
            sleep(0.1)
        self.promise(is_filed(), f"nothing was filed within {NEXT_SECONDS:.0f} s")
        if not is_filed():
            # The next rounds need a working installation.
            wait_until(is_filed, seconds=2 * NEXT_SECONDS)

    def require_primary(self, member: Member, *, seconds: float = 0.0) -> None:
        """Check that a server is the primary, now or within ``seconds``."""
        is_so = wait_until(
            lambda: self.pair.primary_name() == member.name, seconds=seconds, every=0.3
        )
        found = self.pair.primary_name() or "nobody"
        self.promise(is_so, f"{found} is the primary and not {member.name}")
        self.note(f"{found} is the primary")

    def require_rejoin(self, member: Member) -> None:
        """Check that a server follows the primary again; note the time and the method."""
        began = monotonic()
        is_whole = wait_until(self.pair.is_whole, seconds=REJOIN_SECONDS, every=0.5)
        self.promise(is_whole, f"{member.name} follows nobody: {self.pair.state()}")
        found = HOW.findall(member.words(self.marks[member.name]))
        how = ", ".join(dict.fromkeys(found)) or "nothing had to be taken back"
        self.note(f"{member.name} follows after {monotonic() - began:.1f} s ({how})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of round; a round with ``informs`` never fails."""

    name: str
    about: str
    act: Callable[[Round], None] = field(repr=False)
    informs: bool = False


def primary_killed(turn: Round) -> None:
    """Kill Patroni and PostgreSQL of the primary, then start the killed server again."""
    old, new = turn.pair.primary(), turn.pair.standby()
    began = monotonic()
    old.kill()
    turn.require_filing(began)
    turn.require_primary(new)
    old.patroni.restart()
    turn.require_rejoin(old)


def patroni_killed(turn: Round) -> None:
    """Kill the primary's Patroni but not its PostgreSQL, and check the failover."""
    old, new = turn.pair.primary(), turn.pair.standby()
    old.patroni.kill()
    # The old primary accepts filings until HAProxy sees that Patroni has ended.
    turn.require_primary(new, seconds=NEXT_SECONDS)
    turn.require_filing(monotonic())
    turn.promise(old.postmaster(), f"PostgreSQL of {old.name} had ended as well")
    old.patroni.restart()
    turn.require_rejoin(old)


def standby_killed(turn: Round) -> None:
    """Kill the standby; check that the primary soon accepts filings without the standby."""
    primary, standby = turn.pair.primary(), turn.pair.standby()
    began = monotonic()
    standby.kill()
    turn.require_filing(began)
    turn.require_primary(primary)
    standby.patroni.restart()
    turn.require_rejoin(standby)


def switchover(turn: Round) -> None:
    """Make the standby the primary by a planned switchover."""
    old, new = turn.pair.primary(), turn.pair.standby()
    began = monotonic()
    turn.pair.control(
        "switchover", "insaf", "--leader", old.name, "--candidate", new.name, "--force"
    )
    turn.require_filing(began)
    turn.require_primary(new)
    turn.require_rejoin(old)


def database_restarted(turn: Round) -> None:
    """Restart PostgreSQL of the primary."""
    primary = turn.pair.primary()
    began = monotonic()
    turn.pair.control("restart", "insaf", primary.name, "--force")
    turn.require_filing(began)
    turn.require_rejoin(primary)


def primary_killed_without_sync(turn: Round) -> None:
    """Kill the primary while ``synchronous_mode`` is off; filings may be lost."""
    turn.pair.control("edit-config", "insaf", "--force", "--quiet", "-s", "synchronous_mode=false")
    is_set = wait_until(lambda: turn.pair.is_whole("replica"), seconds=30, every=0.5)
    turn.promise(is_set, "synchronous_mode could not be taken away")
    primary = turn.pair.primary()
    began = monotonic()
    primary.kill()
    turn.require_filing(began)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name="primary-killed", about="SIGKILL on the primary's server", act=primary_killed),
        Kind(name="and-back", about="the same in the other direction", act=primary_killed),
        Kind(name="patroni-killed", about="SIGKILL on its Patroni alone", act=patroni_killed),
        Kind(name="standby-killed", about="SIGKILL on the standby's server", act=standby_killed),
        Kind(name="switchover", about="patronictl switchover", act=switchover),
        Kind(name="database-restarted", about="patronictl restart", act=database_restarted),
        Kind(
            name="without-sync",
            about="primary-killed without synchronous_mode, for information",
            act=primary_killed_without_sync,
            informs=True,
        ),
    )
}
