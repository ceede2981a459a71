"""Words of the address book."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AgencyState(TextChoices):
    """Whether the console of an agency may be used. Citizens are served in every state."""

    PREPARING = "preparing", _("Being prepared")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class ProvisioningStep(TextChoices):
    """The steps by which a workspace comes to be, in order."""

    RECORDED = "recorded", _("Recorded")
    SCHEMA = "schema", _("Schema made")
    TABLES = "tables", _("Tables made")
    HOST = "host", _("Host name given")
    READY = "ready", _("Ready")


class Site(TextChoices):
    """What a host shows."""

    CITIZENS = "citizens", _("Citizens' portal")
    OVERSIGHT = "oversight", _("National oversight")
    AGENCY = "agency", _("Agency console")


class KeyKind(TextChoices):
    """What, beside the reference, opens a complaint."""

    EMAIL = "email", _("E-mail")
    RECEIPT = "receipt", _("Receipt code")


class ReviewCause(TextChoices):
    """Why a citizen may turn to national oversight."""

    REFUSED_AGAIN = "refused_again", _("Refused a second time")
    OVERDUE = "overdue", _("No reply within the legal term")


class ReviewDecision(TextChoices):
    """How a review by national oversight ended."""

    UPHELD = "upheld", _("The reply stands")
    SENT_BACK = "sent_back", _("The administration must examine it again")
    LAPSED = "lapsed", _("Ended without a decision: the citizen withdrew the request")


class LinkPurpose(TextChoices):
    """What a link in a letter is good for, once."""

    OPEN = "open", _("Open the request")
    RATE = "rate", _("Rate the reply")
    PROMISE = "promise", _("Say whether the promise was kept")
    OLD_EMAIL = "old_email", _("Prove the former e-mail address")
    NEW_EMAIL = "new_email", _("Prove the new e-mail address")
