"""The gunicorn settings with which bin/demo, the tests and deploy/systemd serve the site.

The address comes from the command line (--bind), the numbers of .env.example from the environment.
"""

import gc
from pathlib import Path

from config.env import env_int

# All that is loaded before the fork stays: to look through it for garbage meanwhile takes an eighth
# of the start. Workers collect again from `when_ready` on.
gc.disable()

worker_class = "config.gunicorn_worker.PageWorker"
workers = env_int("WEB_WORKERS", default=2, minimum=1, maximum=64)
threads = env_int("WEB_THREADS", default=4, minimum=1, maximum=64)

# The longest that gunicorn can read: a search in Arabic takes six characters a letter.
limit_request_line = 8190

# Loaded once, before the fork: a bad setting ends the start; a worker would be restarted for ever.
preload_app = True

# A process grows a little with what it has served; its database connections end by themselves
# (tenants.isolation.backends). Not all at once: the jitter keeps the others answering meanwhile.
max_requests = 100_000
max_requests_jitter = 25_000

# A statement may take 5 s, a request a few of them; whatever is slower is stuck.
timeout = 30
# How long a request in hand may still take when the server is asked to end.
graceful_timeout = 10
# Longer than the proxy keeps an idle connection, so that it never writes into a closed one.
keepalive = 65

# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's own file

# Only a proxy on this machine may say that a request came over TLS.
forwarded_allow_ips = "127.0.0.1,::1"
# And nothing else: a header named SCRIPT_NAME would change every link of a page.
forwarder_headers = ""

# No log of visits: it would keep addresses, and the links in letters are keys to a case.
accesslog = None
errorlog = "-"
# A request that fails is named there, with the key that its address may hold.
logger_class = "config.gunicorn_logger.PlainLogger"

# Nobody speaks to it, and it would write into the home folder.
control_socket_disable = True


def when_ready(_server: object) -> None:
    """Load once, before the fork, what the first request of each worker would wait for."""
    # Settings are not ready when this file is read.
    from config.warm_up import warm_up  # noqa: PLC0415

    warm_up()
    # What is loaded now stays: no worker looks through it for garbage, or copies it by doing so.
    gc.collect()
    gc.freeze()
    gc.enable()


def pre_fork(_server: object, _worker: object) -> None:
    """Close all database connections: two processes on one connection would mix up their rows."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
