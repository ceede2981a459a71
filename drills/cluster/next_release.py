"""Settings of the next release: a column with a default, an index, a table, a data migration."""

from drills.faults.settings import *  # noqa: F403

MIGRATION_MODULES = {"mail": "tests.tenants.fleet.future_migrations"}
