"""Words of long work."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    """Where a piece of long work stands."""

    QUEUED = "queued", _("Waiting for its turn")
    RUNNING = "running", _("Under way")
    FAILED = "failed", _("Stopped by an error")
    CANCELLED = "cancelled", _("Cancelled")
    DONE = "done", _("Done")


ENDED = (JobState.FAILED, JobState.CANCELLED, JobState.DONE)
