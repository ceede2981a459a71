"""Why a request for approval, or the approval itself, is refused."""

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class ReasonNeeded(InvalidInput):
    """What is done to an agency is done for a reason, which its staff read."""

    code = "reason_needed"


class ApprovalAskedAlready(Conflict):
    """Somebody has asked for the same, and a second person has not answered yet."""

    code = "approval_asked_already"


class ApprovalNotFound(NotFound):
    """Nobody is asking for it, it was answered already, or seven days have passed since."""

    code = "approval_not_found"


class ApprovalAskedAnew(Conflict):
    """It was withdrawn and asked for again since the page that was read."""

    code = "approval_asked_anew"


class ApprovalByFormerStaff(Conflict):
    """Who asked for it, or agreed to it, has left or has another role now."""

    code = "approval_by_former_staff"


class ApprovalOutdated(Conflict):
    """The work failed, and the agreement to it is older than seven days."""

    code = "approval_outdated"


class SecondPersonNeeded(NotAllowed):
    """Who asked for something cannot agree to it."""

    code = "second_person_needed"
