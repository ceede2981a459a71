"""The gunicorn settings of the site, without the parts that need the site's own code."""

import gc

from config.gunicorn import *  # noqa: F403


def when_ready(_server: object) -> None:  # type: ignore[no-redef]
    """Freeze all loaded objects, as the site does, so that no garbage collector scans them."""
    gc.collect()
    gc.freeze()


def pre_fork(_server: object, _worker: object) -> None:  # type: ignore[no-redef]
    """Do nothing, because no database connection is open."""


def child_exit(_server: object, _worker: object) -> None:  # type: ignore[no-redef]
    """Do nothing, because no cost of a page is counted."""
