"""Why a schema cannot be entered."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TryLater


class AgencyUpdating(TryLater):
    """The agency's tables are older than this code needs; its migration is under way."""

    sentence = _(
        "This administration's workspace is being brought up to date; that takes a few minutes. "
        "What you wrote is kept: try again shortly."
    )
