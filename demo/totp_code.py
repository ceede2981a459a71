"""What the demonstration shows in the place of a telephone."""

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tenants.isolation.checks import DEMO_APP_KEY


def app_code() -> str:
    """Return what the authenticator app of the demonstration's national staff would show now."""
    return str(format_hotp_value(hotp_value(DEMO_APP_KEY, next(yield_hotp_counters_from_time()))))
