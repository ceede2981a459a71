"""The scenarios by name, and the object that each of them gets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from drills.cluster.installation import ClusterInstallation
from drills.cluster.paced_load import PacedLoad
from drills.faults.registry import LoadTrial

Figure = float | int | str


class ClusterTrial(LoadTrial):
    """One run of a scenario: what was sent and measured, and which promises are broken."""

    def __init__(self, installation: ClusterInstallation, *, seconds: float) -> None:
        super().__init__(installation, seconds=seconds, limit=None)
        self.installation = installation
        self.cluster = installation.cluster
        self.figures: dict[str, Figure] = {}

    @contextmanager
    def paced_load(self, port: int, *, per_second: float) -> Iterator[PacedLoad]:
        """File at a steady rate over all nodes while the block runs."""
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
        """Record a figure for the table and the last line; floats are rounded."""
        self.figures[name] = round(value, 4) if isinstance(value, float) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A test of one thing that must hold on a cluster."""

    name: str
    about: str
    run: Callable[[ClusterTrial], None] = field(repr=False)
    # Whether it is also run where agencies have no roles.
    without_roles: bool
    # Whether it is run when no scenario is named.
    is_usual: bool
    # A scenario that takes longer fails, and its processes are ended.
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
    """Return a decorator that registers a function as the scenario ``name``."""

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
