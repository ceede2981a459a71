"""Cookies that a browser accepts from their own host alone."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostMessageCookie(CookieStorage):
    """Messages for the next page, under a name that no other host can set."""

    cookie_name = "__Host-messages"


class HostMessageStorage(FallbackStorage):
    """Message storage as Django's: messages that are too long for a cookie are in the session."""

    storage_classes = (HostMessageCookie, SessionStorage)
