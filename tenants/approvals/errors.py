"""Errors of requests for approval and of approvals."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class ReasonNeeded(InvalidInput):
    """The error for a missing reason for an act that needs a reason."""

    sentence = _("Say why, in a sentence.")


class ApprovalAskedAlready(Conflict):
    sentence = _(
        "Somebody has asked for this already. Another person can agree to it or withdraw it."
    )


class ApprovalNotFound(NotFound):
    sentence = _(
        "Nobody is asking for this any more: it was answered, withdrawn, or seven days have passed."
    )


class ApprovalAskedAnew(Conflict):
    sentence = _(
        "Nothing has been done: it was withdrawn and asked for anew since you opened the page. "
        "Read it again before you answer."
    )


class ApprovalByFormerStaff(Conflict):
    sentence = _(
        "Nothing has been done: the person who asked for this or agreed to it is no longer a "
        "member of national oversight with that right. Refuse it; it can be asked for again."
    )


class ApprovalOutdated(Conflict):
    """The error for a failed job that has no approval of the last seven days."""

    sentence = _("Two people agreed to this work more than seven days ago. Ask for it again.")


class SecondPersonNeeded(NotAllowed):
    sentence = _("Another person than the one who asked must agree.")
