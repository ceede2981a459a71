"""The gunicorn settings of django-helpdesk: as many processes and threads as the site's own.

It imports nothing of this project, because it is read in another environment.
"""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 30
keepalive = 65
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
accesslog = None
control_socket_disable = True
