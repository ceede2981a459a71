"""Enums of the register: kinds of requests, endings of waits, measures and units."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestKind(TextChoices):
    """Kinds of requests. Only a complaint has the legal clock (decree 2.17.265)."""

    COMPLAINT = "complaint", _("Complaint")
    OBSERVATION = "observation", _("Observation")
    PROPOSAL = "proposal", _("Proposal")


class FirstEnding(TextChoices):
    """Endings of a case's first wait for a reply; each case has exactly one ending."""

    OPEN = "open", _("Waiting for a reply")
    ANSWERED = "answered", _("Answered")
    INADMISSIBLE = "inadmissible", _("Refused as inadmissible")
    WITHDRAWN = "withdrawn", _("Withdrawn before a reply")
    TRANSFERRED = "transferred", _("Passed to another administration")


REPLIES = (FirstEnding.ANSWERED, FirstEnding.INADMISSIBLE)
DEPARTURES = (FirstEnding.WITHDRAWN, FirstEnding.TRANSFERRED)
# Statuses of a case whose citizen waits for a reply; every other status ends the wait or follows
# its end.
WAITING = ("received", "in_progress", "awaiting_citizen", "reopened")


class Measure(TextChoices):
    """The published measures; files and the REST interface contain the values of this enum."""

    RECEIVED = "received", _("Requests received")
    ANSWERED = "answered", _("Answered with reasons")
    INADMISSIBLE = "inadmissible", _("Refused as inadmissible")
    OPEN = "open", _("Waiting for a first reply")
    WITHDRAWN = "withdrawn", _("Withdrawn before a reply")
    TRANSFERRED = "transferred", _("Passed to another administration")
    REPLIED = "replied", _("With a reply by now")
    COMPLAINTS = "complaints", _("Complaints among them")
    IN_TIME = "in_time", _("Answered within the legal 60 days")
    REASONED_IN_TIME = "reasoned_in_time", _("Answered with reasons within the legal 60 days")
    REFUSED = "refused", _("Refused, of all that had a reply")
    REFUSED_REOPENED = "refused_reopened", _("Refusals that the citizen contested by re-opening")
    REFUSED_REVERSED = "refused_reversed", _("Refusals that were reversed")
    OVERDUE = "overdue", _("Overdue and still without a reply")
    BY_15 = "answered_by_15", _("Answered by day 15")
    BY_30 = "answered_by_30", _("Answered by day 30")
    BY_60 = "answered_by_60", _("Answered by day 60")
    REASONED_BY_60 = "reasoned_by_60", _("Answered with reasons by day 60")
    MEDIAN = "median_days", _("Half were answered within")
    REOPENED = "reopened", _("Re-opened by the citizen")
    RESPONSE = "response", _("Citizens who gave a rating")
    RESOLVED = "resolved", _("Problem resolved, say those who gave a rating")
    RESOLVED_BOUNDS = "resolved_bounds", _("Problem resolved, among all who had a reply")
    HANDLING = "handling", _("Mark for the handling, from 1 to 5")
    PROMISE_RESPONSE = "promise_response", _("Citizens who said whether the day announced was kept")
    PROMISES_KEPT = "promises_kept", _("Done by the day announced, say those who answered")
    PROMISES_BOUNDS = (
        "promises_kept_bounds",
        _("Done by the day announced, among all who were asked"),
    )
    COMPARISON = "standing", _("Compared with the average")
    DUE_MEDIAN = "due_median_days", _("Half of those due were answered within")
    DUE_P90 = "due_p90_days", _("Nine in ten of those due were answered within")

    @property
    def definition(self) -> str:
        """Return a text that says what the measure counts."""
        return str(DEFINITIONS[self])


_DUE = _(
    "Days from filing to the first reply, over the complaints whose 60 days have passed. Those "
    "never answered count as the longest."
)
DEFINITIONS = {
    Measure.RECEIVED: _(
        "Every request filed in the period. It is the sum of the five lines below. A request "
        "passed on counts once at each administration that held it. A part that was cut out of a "
        "request counts where another administration has taken it over, and nowhere before."
    ),
    Measure.ANSWERED: _("The administration sent at least one reply with its reasons."),
    Measure.INADMISSIBLE: _("The first reply was a refusal on a legal ground."),
    Measure.OPEN: _("No reply so far, whatever the age of the request."),
    Measure.WITHDRAWN: _("The citizen took the request back before any reply."),
    Measure.TRANSFERRED: _("Handed to another administration before any reply."),
    Measure.REPLIED: _("Answered with reasons or refused as inadmissible, whenever that was."),
    Measure.COMPLAINTS: _(
        "Only complaints have a legal deadline; the figures on time count these."
    ),
    Measure.IN_TIME: _(
        "Of complaints whose 60 days have passed: the share with a reply, refusals included, "
        "within 60 days. Those never answered count as late; those withdrawn or passed on within "
        "the 60 days are left out."
    ),
    Measure.REASONED_IN_TIME: _(
        "Of the same complaints: the share whose first reply within 60 days was an answer with its "
        "reasons. A refusal is no such answer, justified or not: so the share of people well "
        "served in time lies between this one and the one before."
    ),
    Measure.REFUSED: _(
        "Of requests with a reply: the share whose first reply was a refusal, those that name "
        "another body included. A quick refusal is a quick reply too, so no figure on time is "
        "complete without this one."
    ),
    Measure.REFUSED_REOPENED: _(
        "Of requests whose first reply was a refusal: the share that the citizen re-opened."
    ),
    Measure.REFUSED_REVERSED: _(
        "Of requests whose first reply was a refusal: the share that the administration answered "
        "with reasons later, or that national oversight sent back to it."
    ),
    Measure.OVERDUE: _("Complaints older than 60 days that nobody has answered yet."),
    Measure.BY_15: _(
        "Estimated share of all complaints that had a reply by that day, the day of filing not "
        "counted. Those that still wait count as waiting until today; those withdrawn or passed on "
        "stay in the whole as not answered (Aalen–Johansen estimate)."
    ),
    Measure.BY_30: _("The same by day 30."),
    Measure.BY_60: _("The same by day 60."),
    Measure.REASONED_BY_60: _(
        "The same by day 60, of answers with their reasons alone: refusals stay in the whole as "
        "not answered."
    ),
    Measure.MEDIAN: _(
        "The day by which half of all complaints had a reply, those that still wait included."
    ),
    Measure.REOPENED: _(
        "Of requests with a reply: the share that the citizen re-opened at least once."
    ),
    Measure.RESPONSE: _("Of citizens whose request had a reply: the share who gave a rating."),
    Measure.RESOLVED: _(
        "Of citizens who gave a rating: the share who say that the problem is resolved."
    ),
    Measure.RESOLVED_BOUNDS: _(
        "The true share lies between these two: as if all who gave no rating were dissatisfied, "
        "and as if all were satisfied."
    ),
    Measure.HANDLING: _("Mean of the marks given by citizens, 1 worst, 5 best."),
    Measure.PROMISE_RESPONSE: _(
        "A reply that upholds a request may announce the day by which its decision is carried "
        "out. Of the citizens asked on that day, and of those who said it without being asked: "
        "the share who said whether it was done. Whoever re-opened the request before is not "
        "asked."
    ),
    Measure.PROMISES_KEPT: _(
        "Of citizens who said whether the day announced was kept: the share who say that it was "
        "done by then. A request counts once, and as not kept if its citizen ever said no. "
        "Replies that say that it is done already, and those without a day, are not counted."
    ),
    Measure.PROMISES_BOUNDS: _(
        "The true share lies between these two: as if none of those who said nothing had seen it "
        "done, and as if all had."
    ),
    Measure.COMPARISON: _(
        "Whether the share answered in time can be told apart from the average at two sigma, "
        "refusals counted as replies and not counted as replies: only what both say is said. With "
        "fewer than 30 complaints due nothing is said. Equal administrations are told apart by "
        "chance alone in at most one comparison in twenty. An administration that refuses most of "
        "its requests, or more than its peers, is never above the average: the share that it "
        "refuses is shown instead."
    ),
    Measure.DUE_MEDIAN: _DUE,
    Measure.DUE_P90: _DUE,
}


class Unit(TextChoices):
    """Units in which figures are counted."""

    COUNT = "count", _("number")
    SHARE = "share", _("share, from 0 to 1")
    DAYS = "days", _("days")
    MARK = "mark", _("mark, from 1 to 5")
    WORDS = "words", _("words")
