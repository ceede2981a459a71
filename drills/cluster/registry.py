"""The scenarios by name, and what one of them is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from drills.cluster.installation import ClusterInstallation
from drills.cluster.paced_load import PacedLoad
from drills.faults.registry import LoadTrial

Figure = float | int | str


class ClusterTrial(LoadTrial):
    """One scenario on a cluster: what was sent, what was measured, which promises do not hold."""

    def __init__(self, installation: ClusterInstallation, *, seconds: float) -> None:
        super().__init__(installation, seconds=seconds, limit=None)
        self.installation = installation
        self.cluster = installation.cluster
        self.figures: dict[str, Figure] = {}

    @contextmanager
    def paced_load(self, port: int, *, per_second: float) -> Iterator[PacedLoad]:
        """Filings at a steady rate over all nodes, for as long as the block runs."""
        load = PacedLoad(
            port,
            run=f"{self.run}-{len(self.loads)}",
            organisations=self.installation.organisations_by_node(),
            per_second=per_second,
        )
        self.loads.append(load)
        load.start()
        try:
            yield load
        finally:
            load.end()

    def figure(self, name: str, value: Figure) -> None:
        """Keep a figure for the table and the last line; numbers are rounded."""
        self.figures[name] = round(value, 4) if isinstance(value, float) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that must hold on a cluster."""

    name: str
    about: str
    run: Callable[[ClusterTrial], None] = field(repr=False)
    # Whether it is also run where agencies have no roles.
    without_roles: bool
    # Whether it is run when no scenario is named.
    is_usual: bool
    # No longer than this: then its processes are ended, and what it waited for fails.
    limit: float


REGISTERED: dict[str, Scenario] = {}


def scenario(
    name: str,
    about: str,
    *,
    without_roles: bool = False,
    is_usual: bool = True,
    limit: float = 240.0,
) -> Callable[[Callable[[ClusterTrial], None]], Callable[[ClusterTrial], None]]:
    """Register a function as the scenario ``name``."""

    def register(run: Callable[[ClusterTrial], None]) -> Callable[[ClusterTrial], None]:
        REGISTERED[name] = Scenario(
            name=name,
            about=about,
            run=run,
            without_roles=without_roles,
            is_usual=is_usual,
            limit=limit,
        )
        return run

    return register
