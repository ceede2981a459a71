"""Errors of entering an agency's schema or working in it."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TryLater, Unreachable


class AgencyUpdating(TryLater):
    """The agency's tables are older than this code needs; its migration is under way."""

    sentence = _(
        "This administration's workspace is being brought up to date; that takes a few minutes. "
        "What you wrote is kept: try again shortly."
    )


class AgencyUnreachable(Unreachable):
    """The database server that has this agency's schema does not answer, while others do.

    The error occurs only in a cluster (docs/runbooks/cluster.md). The message names the schema.
    """

    sentence = _(
        "The server of this administration does not answer at the moment. We are told of it "
        "automatically; please try again in a few minutes."
    )
