"""Cookies that a browser accepts only from the site's own host."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostMessageCookie(CookieStorage):
    """Messages for the next page, in a cookie whose name no other host can set."""

    cookie_name = "__Host-messages"


class HostMessageStorage(FallbackStorage):
    """Django's message storage: messages too long for a cookie are stored in the session."""

    storage_classes = (HostMessageCookie, SessionStorage)
