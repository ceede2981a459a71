"""Roles of accounts, which decide what a user may do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The role of an account, which decides what its user may do.

    Agents answer cases; supervisors also assign cases to others; administrators also manage the
    staff. Analysts belong to national oversight, operators manage its workspaces and bills,
    citizens belong to the portal; these three roles exist in the public schema only.
    """

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    ANALYST = "analyst", _("Oversight analyst")
    OPERATOR = "operator", _("Operator of the platform")
    CITIZEN = "citizen", _("Citizen")


STAFF_ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
