"""How gunicorn serves the site; the address comes from its command line (--bind)."""

from importlib import import_module
from pathlib import Path

from config.env import env_int

worker_class = "gthread"
workers = env_int("WEB_WORKERS", default=2, minimum=1, maximum=64)
threads = env_int("WEB_THREADS", default=4, minimum=1, maximum=64)

# Loaded once, before the fork: a bad setting ends the start; a worker would be restarted for ever.
preload_app = True

# A statement may take 5 s, a request a few of them; whatever is slower is stuck.
timeout = 30
graceful_timeout = 10
# Longer than the proxy keeps an idle connection, so that it never writes into a closed one.
keepalive = 65

# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's own file

# Nobody speaks to it, and it would write into the home folder.
control_socket_disable = True

errorlog = "-"


def pre_fork(_server: object, _worker: object) -> None:
    """Load every site once for all workers, and leave them no database connection to share."""
    # Settings are not ready when this file is read.
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    for site in (settings.PUBLIC_SCHEMA_URLCONF, settings.OVERSIGHT_URLCONF, settings.ROOT_URLCONF):
        import_module(site)
    # Two processes on one connection would read each other's rows.
    connections.close_all()
