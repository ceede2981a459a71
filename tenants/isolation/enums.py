"""What a check of the servers can be about."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ZoneSource(TextChoices):
    """Whose zone data is compared with the package that Python reads."""

    DATABASE = "database", _("From then on the database's time zone data shows other hours")
    MACHINE = "machine", _("From then on the server's time zone data shows other hours")
