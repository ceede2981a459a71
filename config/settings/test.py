"""The settings of the tests."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 3)
os.environ.setdefault("LOOKUP_KEY", "only-for-tests-too-" * 3)
os.environ.setdefault("VAULT_KEY", "only-for-tests-as-well-" * 3)
os.environ.setdefault("BASE_DOMAIN", "testserver")
# Linters and type checkers load these settings without the variable DATABASE_URL.
os.environ.setdefault("DATABASE_URL", "postgresql:///insaf")

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    SHARED_APPS,
    STORAGES,
    TEMPLATES,
)
from config.settings.demo import demo_install

DEMO = True
demo_install([INSTALLED_APPS, SHARED_APPS], TEMPLATES)
# With a cache, a test would read the value from before its own change.
ADDRESS_BOOK_SECONDS = 0
CALENDAR_SECONDS = 0
FIGURES_SECONDS = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES["default"]["BACKEND"] = "django.core.cache.backends.locmem.LocMemCache"
CACHES["default"]["LOCATION"] = "tests"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"insaf-tests-{os.getpid()}"
BUNDLE_ROOT = MEDIA_ROOT.with_name(f"{MEDIA_ROOT.name}-bundles")
EMAIL_FILE_PATH = str(MEDIA_ROOT / "outbox")
if os.environ.get("TEST_DATABASE"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ["TEST_DATABASE"]}
