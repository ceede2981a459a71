"""Sources of time zone data that are compared with each other."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ZoneSource(TextChoices):
    """A source of time zone data that is compared with the tzdata package that Python reads."""

    DATABASE = "database", _("From then on the database's time zone data shows other hours")
    MACHINE = "machine", _("From then on the server's time zone data shows other hours")
