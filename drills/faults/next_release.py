"""The settings of the next release, which has one more migration."""

from drills.faults.settings import *  # noqa: F403

MIGRATION_MODULES = {"mail": "drills.faults.future_mail"}
