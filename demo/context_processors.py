"""The context processor with the accounts that sign-in pages offer."""

from django.conf import settings
from django.http import HttpRequest

from demo.accounts import agency_accounts, citizen_account, operator_account, oversight_account
from demo.totp_code import app_code
from tenants.agencies.selectors import NATIONAL_SCHEMA


def demo_accounts(request: HttpRequest) -> dict[str, object]:
    """Return the accounts of the request's host as ``demo_accounts``, or an empty dict.

    On oversight's host, ``demo_code`` is the current code of the authenticator app.
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
