"""gunicorn in the demo and in production: `gunicorn -c deploy/gunicorn.conf.py portal.wsgi`."""

import gc
import os
from pathlib import Path

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 30  # seconds that a request may take; a statement may take 5
graceful_timeout = 10
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = None  # the proxy keeps it; ours would hold paths beside addresses
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 (gunicorn's heartbeat, away from a slow disk)
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def post_worker_init(_worker: object) -> None:
    """Let the collector leave alone what lives as long as the worker, and look less often.

    A page makes thousands of short-lived objects without cycles: looking for cycles among them was
    a fourteenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
