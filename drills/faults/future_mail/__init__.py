"""The e-mail migrations of the next release."""

from shared.mail import migrations as today

__path__ = [*today.__path__, *__path__]
