"""The settings for the faults; pages work without collected static files."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
