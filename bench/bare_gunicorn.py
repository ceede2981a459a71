"""The gunicorn settings of the site, without the parts that need the site's own code."""

import gc

from config.gunicorn import *  # noqa: F403


def when_ready(_server: object) -> None:  # type: ignore[no-redef]
    """Freeze what is loaded now, as for the site: no worker's garbage collector searches it."""
    gc.collect()
    gc.freeze()


def pre_fork(_server: object, _worker: object) -> None:  # type: ignore[no-redef]
    """Do nothing: there is no database connection to close."""
