"""gunicorn: two processes of four threads, one database connection a thread, kept open."""

import os
import signal
from typing import Any

from config.servers.process import die_with_parent

bind = os.environ.get("ASSAY_BIND_ADDRESS", "127.0.0.1:8000")
workers = int(os.environ.get("ASSAY_WEB_PROCESSES", "2"))
worker_class = "config.worker.PlatformWorker"
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
accesslog = None
loglevel = "warning"


def post_fork(server: Any, worker: Any) -> None:
    die_with_parent(signal.SIGKILL, server.pid)
