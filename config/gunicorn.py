"""The gunicorn settings with which bin/demo, the tests and deploy/systemd serve the site.

The command line (--bind) sets the address; environment variables (.env.example) set the numbers.
"""

import gc
from pathlib import Path

from config.env import env_int

# The garbage collector is off before the fork, because all that is loaded then is kept, and
# collections would take an eighth of the start. `when_ready` collects once; workers collect again.
gc.disable()

worker_class = "config.gunicorn_worker.PageWorker"
workers = env_int("WEB_WORKERS", default=2, minimum=1, maximum=64)
threads = env_int("WEB_THREADS", default=4, minimum=1, maximum=64)

# gunicorn's highest value, because each Arabic letter of a search takes six characters.
limit_request_line = 8190

# The application is loaded once, before the fork, so that a bad setting ends the start; otherwise
# gunicorn would restart the failing workers for ever.
preload_app = True

# A worker is restarted after about 100,000 requests, because its memory grows slowly. The jitter
# keeps the workers from restarting at the same time.
max_requests = 100_000
max_requests_jitter = 25_000

# A statement may take 5 s and a request needs a few statements, so a slower request is stuck.
timeout = 30
# Seconds in which a running request may finish after the server was asked to stop.
graceful_timeout = 10
# Longer than the proxy's limit, so that the proxy never writes into a closed connection.
keepalive = 65

# The heartbeat file is in memory, because a slow disk would make gunicorn kill a busy worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's own file

# Only a proxy on this machine may say that a request came over TLS.
forwarded_allow_ips = "127.0.0.1,::1"
# No forwarded header is accepted, because SCRIPT_NAME would change every link of a page.
forwarder_headers = ""

# Off, because it would store IP addresses and one-time links from e-mails.
accesslog = None
errorlog = "-"
# The error log names a failed request; this logger hides the keys in the request's address.
logger_class = "config.gunicorn_logger.PlainLogger"

# The control socket is off, because no program uses it and it would be made in the home folder.
control_socket_disable = True


def when_ready(_server: object) -> None:
    """Load the data that the first request of each worker needs, once before the fork."""
    # Imported here, because the settings are not ready when gunicorn reads this file.
    from config.warm_up import warm_up  # noqa: PLC0415

    warm_up()
    # Collection skips objects loaded so far, so that no worker copies their memory pages.
    gc.collect()
    gc.freeze()
    gc.enable()


def pre_fork(_server: object, _worker: object) -> None:
    """Close all database connections: two processes on one connection would mix up their rows."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
