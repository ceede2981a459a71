"""The settings of the installation that faults are injected into: pages need no collected files."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
