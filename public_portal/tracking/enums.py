"""Words of following a request."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReopenReason(TextChoices):
    """Why an answer did not convince."""

    NOT_ANSWERED = "not_answered", _("The reply does not answer what I asked")
    NOT_DONE = "not_done", _("What was promised has not been done")
    WRONG_FACTS = "wrong_facts", _("The facts in the reply are wrong")
    NEW_EVIDENCE = "new_evidence", _("I have new evidence")
    OTHER = "other", _("Another reason")
