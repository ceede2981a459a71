"""Roles: what a person who signs in may do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Agents answer; supervisors also assign to others; administrators also keep the staff list.

    Analysts belong to national oversight, operators keep its workspaces and their bills, citizens
    belong to the portal; all three live in the public schema only.
    """

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    ANALYST = "analyst", _("Oversight analyst")
    OPERATOR = "operator", _("Operator of the platform")
    CITIZEN = "citizen", _("Citizen")


STAFF_ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
