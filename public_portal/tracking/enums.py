"""Choices of the tracking page."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReopenReason(TextChoices):
    """A citizen's reason to re-open a request."""

    NOT_ANSWERED = "not_answered", _("The reply does not answer what I asked")
    NOT_DONE = "not_done", _("What was promised has not been done")
    WRONG_FACTS = "wrong_facts", _("The facts in the reply are wrong")
    NEW_EVIDENCE = "new_evidence", _("I have new evidence")
    OTHER = "other", _("Another reason")


class NextAct(TextChoices):
    """An act that a citizen can do next with a request."""

    PROMISE = "promise", _("Say whether the promise was kept")
    ANSWER = "answer", _("Answer the question")
    FILE_ELSEWHERE = "file_elsewhere", _("File my request there")
    REVIEW = "review", _("Ask for a review")
    REOPEN = "reopen", _("Re-open my request")
    RATE = "rate", _("Rate the reply")
    FOLLOW = "follow", _("Send a new request about this")
    CALENDAR = "calendar", _("Put the day announced in my calendar")
    WRITE = "write", _("Add a message or a file")
    DOWNLOAD = "download", _("Download my file (PDF)")
    REPEAT = "look_again", _("Look again")
