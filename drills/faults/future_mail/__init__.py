"""The next release's e-mail migrations: today's migrations, and a migration that adds a column."""

from shared.mail import migrations as today

__path__ = [*today.__path__, *__path__]
