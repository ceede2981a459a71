"""How gunicorn serves the site, without what belongs to the site's own code."""

import gc

from config.gunicorn import *  # noqa: F403


def when_ready(_server: object) -> None:  # type: ignore[no-redef]
    """As for the site: no worker looks for garbage among what is loaded now."""
    gc.collect()
    gc.freeze()


def pre_fork(_server: object, _worker: object) -> None:  # type: ignore[no-redef]
    """There is no database connection to close."""
