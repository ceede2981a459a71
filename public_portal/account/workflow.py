"""The sentence on the status of a request in the citizen's list."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared.complaints.enums import Status
from shared.complaints.types import CaseSummary
from tenants.case_access.types import CaseParts

STATUS_TEXTS: Mapping[Status, Promise] = {
    Status.RECEIVED: _("It waits to be taken up."),
    Status.IN_PROGRESS: _("An officer is examining it."),
    Status.AWAITING_CITIZEN: _("It is your turn: you were asked a question."),
    Status.ANSWERED: _("You have an answer. Tell us whether the matter is settled."),
    Status.REOPENED: _("It is being examined again."),
    Status.INADMISSIBLE: _("It cannot be examined. Read why, and where to turn."),
    Status.TRANSFERRED: _("It is on its way to another administration."),
    Status.WITHDRAWN: _("You have withdrawn it."),
    Status.CLOSED: _("It is closed."),
}
UNDER_REVIEW = _("National oversight examines it, as you asked.")
DIRECTED = _("Another body is competent. Read which one, and how to reach it.")
GIVEN_BACK = _("This part was given back. Your whole request answers it.")
PARTLY = _("This part has its answer. Others still wait for theirs.")
RATED = _("You have an answer, and you have rated it.")


def status_line(*, case: CaseSummary, parts: CaseParts | None = None) -> str:
    """Return a sentence on the status of a request, with the citizen's next act if there is one."""
    if case.is_review_pending:
        return str(UNDER_REVIEW)
    if case.is_given_back:
        return str(GIVEN_BACK)
    is_partly = parts is not None and parts.is_together and not parts.is_answered
    if case.status == Status.ANSWERED and is_partly:
        return str(PARTLY)
    if case.status == Status.ANSWERED and case.is_rated:
        return str(RATED)
    return str(DIRECTED if case.is_directed else STATUS_TEXTS[case.status])
