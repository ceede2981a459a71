"""The app ``mail`` in the next release: its migrations of today, and four that follow."""

from shared.mail import migrations as today

__path__ = [*__path__, *today.__path__]
