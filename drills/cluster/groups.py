"""The modules with the scenarios, in the order of the run."""

from drills.cluster import (
    capacity,
    conversion,
    crash_faults,
    figures,
    journey,
    leaks,
    lifecycle,
    migrations,
    moves,
    node_faults,
    placement,
)
from drills.cluster.registry import REGISTERED, Scenario

# ``migrations`` is last, because afterwards the database has the tables of the next release.
MODULES = (
    placement,
    journey,
    leaks,
    figures,
    node_faults,
    crash_faults,
    lifecycle,
    moves,
    conversion,
    capacity,
    migrations,
)
SCENARIOS: dict[str, Scenario] = {
    name: one
    for module in MODULES
    for name, one in REGISTERED.items()
    if one.run.__module__ == module.__name__
}
