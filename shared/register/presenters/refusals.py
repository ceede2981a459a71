"""The words that stand in the place of a comparison where an agency refuses much."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from shared.figures.refusals import is_mostly_refused
from shared.register.enums import Measure
from shared.register.presenters.charts import share_text
from shared.register.types import AgencyFigures


def refusal_words(figures: AgencyFigures, *, hidden: Collection[Measure] = ()) -> str:
    """How much an agency refuses, in the place of a comparison of its time.

    Without a number where one of ``hidden`` would follow from it.
    """
    refused, timely = figures.counts.refusals.refused, figures.counts.timeliness.refusals
    if Measure.REFUSED in hidden:
        return _("Refuses many of its requests")
    # Few refusals among all requests may be most of the complaints: then these are what counts.
    if is_mostly_refused(timely) and not is_mostly_refused(refused):
        if Measure.REASONED_IN_TIME in hidden:
            # With the share in time beside it, it would tell how few were answered with reasons.
            return _("Refuses most of the complaints that it answers in time")
        return _("Refuses %(share)s of the complaints that it answers in time") % {
            "share": share_text(timely.share or 0.0)
        }
    return _("Refuses %(share)s of its requests") % {"share": share_text(refused.share or 0.0)}
