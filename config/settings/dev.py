"""The settings of a developer's computer and of the demonstration, with http on localhost."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DEMO, INSTALLED_APPS, SHARED_APPS, TEMPLATES
from config.settings.demo import demo_install

if DEMO:
    demo_install([INSTALLED_APPS, SHARED_APPS], TEMPLATES)
INTERNAL_IPS = ["127.0.0.1"]
