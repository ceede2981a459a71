"""The settings of the next release: it has one migration more."""

from drills.faults.settings import *  # noqa: F403

MIGRATION_MODULES = {"mail": "drills.faults.future_mail"}
