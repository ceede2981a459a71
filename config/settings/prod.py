"""The settings of production, with https and with cookies that are valid on one host only."""

from config.settings.base import *  # noqa: F403

DEMO = False
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The monitoring system opens these addresses over plain http from the same machine.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^hosts/known/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# With the prefix ``__Host-`` a browser sends the cookie only to the host that has set the cookie.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
SIGNED_IN_COOKIE_NAME = "__Host-signed-in"
MESSAGE_STORAGE = "shared.ui.cookies.HostMessageStorage"
