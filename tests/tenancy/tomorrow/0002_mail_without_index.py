"""Today's first migration, as it is."""

from importlib import import_module

Migration = import_module("shared.mail.migrations.0002_mail_without_index").Migration
