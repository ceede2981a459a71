"""The settings for the faults, under which pages need no collected static files."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
