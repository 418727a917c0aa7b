"""Web server and job worker side by side: two processes, one command, one end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import uvicorn

from evalplat.app import create_app
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from evalplat.migrations.run import upgrade


def serve(*, port: int | None = None, with_worker: bool = True, ready: Callable[[], None] | None = None) -> int:
    """Serve until told to stop; the worker is a process of its own, so that a PDF never holds up a page."""
    config = settings()
    if port:
        os.environ["EVALPLAT_PORT"] = str(port)
        settings.cache_clear()
        config = settings()
    engine = make_engine(config.url)
    upgrade(engine)
    worker = _start_worker() if with_worker else None
    app = create_app(engine, started=(lambda _app: ready()) if ready else None)
    try:
        uvicorn.run(app, host=config.host, port=config.port, log_level="warning", access_log=False,
                    proxy_headers=True, forwarded_allow_ips=config.trusted_proxies)
    finally:
        if worker:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=30)
    return 0


def _start_worker() -> subprocess.Popen[bytes]:
    """The worker ends by itself when this process is gone: a killed server leaves nothing behind."""
    command = [sys.executable, "-m", "evalplat", "worker", "--beside", str(os.getpid())]
    return subprocess.Popen(command)  # noqa: S603 - our own program, no foreign word in it
