"""A Django view that sends the bytes of a file, for comparison with the site's first page.

The gunicorn settings are the site's (bench/bare_gunicorn.py), and no middleware runs.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = Path(os.environ["BENCH_BARE_BODY"]).read_bytes()

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only-for-measuring",  # noqa: S106 - it keeps no secret
)
django.setup()


def page(_request: HttpRequest) -> HttpResponse:
    """Return the same bytes for every request."""
    return HttpResponse(BODY, headers={"Content-Length": str(len(BODY))})


urlpatterns = [path("fr/", page)]
application = WSGIHandler()
