"""The modules with the faults, in the order of the run."""

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

# ``release_faults`` is last, because afterwards the database has the tables of the next release.
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
