"""Errors of entering an agency's schema or working in it."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TryLater, Unreachable


class AgencyUpdating(TryLater):
    """The error for an agency whose tables are not migrated to this code's version yet."""

    sentence = _(
        "This administration's workspace is being brought up to date; that takes a few minutes. "
        "What you wrote is kept: try again shortly."
    )


class AgencyUnreachable(Unreachable):
    """The error for an agency whose node of the cluster does not answer.

    The message names the agency's schema (docs/runbooks/cluster.md).
    """

    sentence = _(
        "The server of this administration does not answer at the moment. We are told of it "
        "automatically; please try again in a few minutes."
    )
