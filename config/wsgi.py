"""The WSGI application that gunicorn serves."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.utils.module_loading import import_string

from config.seams import SEAMS
from shared.kernel.seams import imported

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
django.setup(set_prefix=False)
application: WSGIHandler = import_string("config.wsgi_request.Utf8Handler")()
imported(SEAMS.start_check)()
