"""The refusal that a proof lifts."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TooManyAttempts


class ProofNeeded(TooManyAttempts):
    """So many came from there, or fail everywhere, that this one needs a proof, or comes later."""

    sentence = _(
        "Many requests have come from your connection or address. Show in one of the ways below "
        "that no machine is sending them; your answers are kept."
    )
