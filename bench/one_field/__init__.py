"""A release from tomorrow with one new column (settings.MIGRATION_MODULES).

The app's own migrations, whichever they are today, and one that follows the last of them.
"""

from importlib import import_module
from pkgutil import iter_modules

from shared.mail import migrations as today

APP = "mail"
__path__ = [*__path__, *today.__path__]


def last_of_today() -> str:
    """The migration that no other one of the app stands on."""
    names = {module.name for module in iter_modules(today.__path__)}
    dependencies = (
        dependency
        for name in names
        for dependency in import_module(f"{today.__name__}.{name}").Migration.dependencies
    )
    (last,) = names - {name for app, name in dependencies if app == APP}
    return last
