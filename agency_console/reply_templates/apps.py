"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class ReplyTemplatesConfig(AppConfig):
    """Texts that officers begin a reply with."""

    name = "agency_console.reply_templates"
    label = "reply_templates"
