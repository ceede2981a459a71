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
