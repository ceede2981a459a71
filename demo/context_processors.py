"""The accounts that the demonstration's sign-in pages offer with one click."""

from django.conf import settings
from django.http import HttpRequest

from demo.accounts import agency_accounts, citizen_account, operator_account, oversight_account
from demo.totp_code import app_code
from tenants.agencies.selectors import NATIONAL_SCHEMA


def demo_accounts(request: HttpRequest) -> dict[str, object]:
    """Return ``demo_accounts`` on hosts with sign-in, and an empty dict elsewhere.

    On oversight's host the dict also has ``demo_code``, the code of the staff's authenticator app.
    """
    agency = getattr(request, "agency", None)
    if not settings.DEMO or agency is None:
        return {}
    if getattr(request, "urlconf", "") == settings.PUBLIC_SCHEMA_URLCONF:
        return {"demo_accounts": (citizen_account(),)}
    if agency.schema_name == NATIONAL_SCHEMA:
        accounts = (oversight_account(), operator_account())
        return {"demo_accounts": accounts, "demo_code": app_code()}
    return {"demo_accounts": agency_accounts(agency_code=agency.code)}
