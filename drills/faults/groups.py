"""All faults, group by group, in the order in which they are injected."""

from drills.faults import (
    client_faults,
    clock_faults,
    database_faults,
    disk_faults,
    file_faults,
    mail_faults,
    process_faults,
    release_faults,
    scanner_faults,
)
from drills.faults.registry import REGISTERED, Fault

# The releases come last, because they change the tables to those of the next release.
MODULES = (
    process_faults,
    database_faults,
    disk_faults,
    mail_faults,
    scanner_faults,
    file_faults,
    clock_faults,
    client_faults,
    release_faults,
)
FAULTS: dict[str, Fault] = {
    name: fault
    for module in MODULES
    for name, fault in REGISTERED.items()
    if fault.inject.__module__ == module.__name__
}
