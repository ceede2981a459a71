"""The app ``mail`` in a release from tomorrow: its migrations of today, and four that follow."""

from shared.mail import migrations as today

__path__ = [*__path__, *today.__path__]
