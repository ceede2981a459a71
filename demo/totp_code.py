"""The code of the authenticator app, which pages of the demonstration show."""

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tenants.isolation.checks import DEMO_APP_KEY


def app_code() -> str:
    """Return the current code of the national staff's authenticator app."""
    return str(format_hotp_value(hotp_value(DEMO_APP_KEY, next(yield_hotp_counters_from_time()))))
