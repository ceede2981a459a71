"""Domain errors of opening a request."""

from django.utils.translation import gettext_lazy as _

from shared.limits.errors import ProofNeeded


class LookupProofNeeded(ProofNeeded):
    """The error for a lookup without the proof of work that is required while many lookups fail."""

    code = ProofNeeded.code
    sentence = _(
        "Many numbers are being tried on the portal at this moment. Show in one of the ways below "
        "that no machine is asking."
    )
