"""One developer's machine, and the demo: plain http on localhost."""

from config.settings.base import *  # noqa: F403

INTERNAL_IPS = ["127.0.0.1"]
