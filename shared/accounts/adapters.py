"""How signing in differs here from allauth's defaults: nobody signs up, staff are made by staff."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """A closed door: accounts come from the staff page or from provisioning."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an open sign-up on an agency's host would be a way in."""
        return False
