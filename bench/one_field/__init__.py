"""The migrations of a future release with a new column (settings.MIGRATION_MODULES).

They are all present migrations of the app, and a migration that depends on the last of them.
"""

from importlib import import_module
from pkgutil import iter_modules

from shared.mail import migrations as today

APP = "mail"
__path__ = [*__path__, *today.__path__]


def last_of_today() -> str:
    """Return the migration on which no other migration of the app depends."""
    names = {module.name for module in iter_modules(today.__path__)}
    dependencies = (
        dependency
        for name in names
        for dependency in import_module(f"{today.__name__}.{name}").Migration.dependencies
    )
    (last,) = names - {name for app, name in dependencies if app == APP}
    return last
