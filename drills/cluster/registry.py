"""The scenarios by name, and the argument of a scenario's function."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from drills.cluster.installation import ClusterInstallation
from drills.cluster.paced_load import PacedLoad
from drills.faults.registry import LoadTrial

Figure = float | int | str


class ClusterTrial(LoadTrial):
    """One run of a scenario, with its requests, figures and failed checks."""

    def __init__(self, installation: ClusterInstallation, *, seconds: float) -> None:
        super().__init__(installation, seconds=seconds, limit=None)
        self.installation = installation
        self.cluster = installation.cluster
        self.figures: dict[str, Figure] = {}

    @contextmanager
    def paced_load(self, port: int, *, per_second: float) -> Iterator[PacedLoad]:
        """File complaints to agencies on all nodes at a steady rate during the block."""
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
        """Record a figure for the table and the JSON line; floats are rounded."""
        self.figures[name] = round(value, 4) if isinstance(value, float) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A test on a cluster, with the test's name and time limit."""

    name: str
    about: str
    run: Callable[[ClusterTrial], None] = field(repr=False)
    # If true, the scenario also runs on an installation without roles.
    without_roles: bool
    # If true, the scenario runs when no scenario is named on the command line.
    is_usual: bool
    # Seconds after which the scenario fails and its processes are killed.
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
