"""The settings of the next release: it has one migration more."""

from tests.faults.settings import *  # noqa: F403

MIGRATION_MODULES = {"mail": "tests.faults.future_mail"}
