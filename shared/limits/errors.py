"""The error for a missing proof of work."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TooManyAttempts


class ProofNeeded(TooManyAttempts):
    """The error for an upload or a lookup above a limit without a proof of work."""

    sentence = _(
        "Many requests have come from your connection or address. Show in one of the ways below "
        "that no machine is sending them; your answers are kept."
    )
