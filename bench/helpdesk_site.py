"""The settings and the first rows of a django-helpdesk site, in an environment of its own.

It imports nothing of this project. ``python -m bench.helpdesk_site`` makes its tables, a queue and
a signed-in person, and prints the queue's number and the session's key as one JSON object.
"""

import json
import os
from importlib import import_module

# The parts of a connection, with the names of libpq.
_database = json.loads(os.environ["HELPDESK_DATABASE"])

SECRET_KEY = "only-for-measuring-" * 3
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.helpdesk_urls"
USE_TZ = True
SITE_ID = 1
STATIC_URL = "/static/"
MEDIA_ROOT = os.environ["HELPDESK_FOLDER"]
LOGIN_URL = "helpdesk:login"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
# Letters are written and dropped, which is faster than any delivery.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database["dbname"],
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        # Connections are kept, as those of the other site are.
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.contrib.staticfiles",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# Teams would need a further package.
HELPDESK_TEAMS_MODE_ENABLED = False
LOGGING = {"version": 1, "root": {"level": "ERROR"}}


def main() -> None:
    """Make the tables, the queue and the session; print the queue's number and the key."""
    import django  # noqa: PLC0415 - the settings are this module

    django.setup()
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    queue, _made = import_module("helpdesk.models").Queue.objects.get_or_create(
        slug="queue",
        defaults={
            "title": "Queue",
            "allow_public_submission": True,
            "email_address": "queue@example.org",
        },
    )
    person = User.objects.filter(username="staff").first()
    if person is None:
        person = User.objects.create_superuser("staff", email="staff@example.org", password=None)
    print(json.dumps({"queue": queue.pk, "session": _session_key(person)}))


def _session_key(person: object) -> str:
    from django.contrib.auth import login  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.http import HttpRequest  # noqa: PLC0415

    request = HttpRequest()
    request.session = SessionStore()
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    request.session.save()
    return str(request.session.session_key)


if __name__ == "__main__":
    main()
