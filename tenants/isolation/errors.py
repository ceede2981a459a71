"""Why a schema cannot be entered."""

from shared.kernel.errors import TryLater


class AgencyUpdating(TryLater):
    """The agency's tables are older than this code needs; its migration is under way."""

    code = "agency_updating"
