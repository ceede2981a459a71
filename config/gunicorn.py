"""The gunicorn settings of bin/demo, the tests and deploy/systemd."""

import gc
from pathlib import Path
from typing import Any

from config.env import env_int

# The garbage collector is off while the application is loaded, to save an eighth of the start time.
# ``when_ready`` turns it on again.
gc.disable()

NEW_OBJECTS_PER_COLLECTION = 7_000

worker_class = "config.gunicorn_worker.PageWorker"
workers = env_int("WEB_WORKERS", default=2, minimum=1, maximum=64)
threads = env_int("WEB_THREADS", default=4, minimum=1, maximum=64)

# The highest value that gunicorn allows, because a search in Arabic makes the address very long.
limit_request_line = 8190

# The application is loaded before the workers start. Otherwise a wrong setting would make gunicorn
# restart failing workers again and again.
preload_app = True

# A worker is restarted after about 100,000 requests, because its memory grows slowly. With the
# random jitter, two workers do not restart at the same time.
max_requests = 100_000
max_requests_jitter = 25_000

# The time in seconds after which gunicorn restarts a worker that does not respond.
timeout = 30
# The time in seconds in which a running request may finish after the signal to stop.
graceful_timeout = 10
# An idle connection is closed after this time in seconds, which is longer than the proxy's time.
# Otherwise the proxy could send a request on a connection that gunicorn has just closed.
keepalive = 65

# The file of a worker's heartbeat is in memory. With a slow disk gunicorn could end a busy worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's own file

# gunicorn trusts only a proxy on this server to report that a request came over TLS.
forwarded_allow_ips = "127.0.0.1,::1"
# No header may set SCRIPT_NAME, because a client could then change every link of a page.
forwarder_headers = ""

# The access log is off, because it would contain IP addresses and one-time links from e-mails.
accesslog = None
errorlog = "-"
# This logger removes secret keys from the addresses of failed requests in the error log.
logger_class = "config.gunicorn_logger.PlainLogger"

# The control socket of gunicorn is off, because no program uses the socket.
control_socket_disable = True


def when_ready(_server: object) -> None:
    """Load the data that the first requests need, before the workers start."""
    # The import is here because Django's settings are not ready when gunicorn reads this file.
    from config.warm_up import warm_up  # noqa: PLC0415
    from shared.ui.page_costs import page_counters_share  # noqa: PLC0415

    warm_up()
    # A signal can start further workers (TTIN), and new ones before the old ones end (HUP).
    page_counters_share(processes=2 * workers + 4)
    # After ``freeze`` the garbage collector skips the loaded objects, so that workers share memory.
    gc.collect()
    gc.freeze()
    # With Python's 700 a page causes several collections, 3 % of a worker's processor time. So few
    # objects need about a megabyte before a collection frees those that refer to each other.
    gc.set_threshold(NEW_OBJECTS_PER_COLLECTION, 10, 10)
    gc.enable()


def pre_fork(_server: object, worker: Any) -> None:
    """Close all database connections, and take a part of the counters for the new process.

    Two processes must share neither a connection nor a part of the counters.
    """
    from django.db import connections  # noqa: PLC0415

    from shared.ui.page_costs import page_counters  # noqa: PLC0415

    connections.close_all()
    worker.counter_slot = page_counters().counters.take_slot()


def child_exit(_server: object, worker: Any) -> None:
    """Give the part of the counters of a worker that has ended to the next worker."""
    from shared.ui.page_costs import page_counters  # noqa: PLC0415

    page_counters().counters.release_slot(worker.counter_slot)
