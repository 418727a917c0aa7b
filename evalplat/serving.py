"""Web server and job worker side by side: two processes, one command, one end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

import uvicorn
from sqlalchemy import Engine

from evalplat.app import create_app
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import Settings, settings
from evalplat.migrations.run import upgrade
from evalplat.people import first_start
from evalplat.resources import missing_libraries
from evalplat.web.first_start import START, has_office

TROUBLE = 3
"""The exit code of system trouble."""


def serve(*, port: int | None = None, with_worker: bool = True, ready: Callable[[], None] | None = None,
          worker_command: Sequence[str] = ("worker",)) -> int:
    """Serve until told to stop; the worker is a process of its own, so that a PDF never holds up a page. ``worker_command``:
    what of our own program runs as the worker."""
    if lacking := missing_libraries():
        print(f"{', '.join(lacking)}: the browser libraries are missing. Fetch them: make demo, or scripts/setup.sh demo", file=sys.stderr)
        return TROUBLE
    config = settings()
    if port:
        os.environ["EVALPLAT_PORT"] = str(port)
        settings.cache_clear()
        config = settings()
    engine = make_engine(config.url)
    upgrade(engine)
    _offer_first_start(engine, config)
    workers: list[subprocess.Popen[bytes]] = []

    def started(_app: object) -> None:
        """The pages come first: what the worker loads may not hold them up."""
        if ready:
            ready()
        if with_worker:
            workers.append(_start_worker(worker_command))

    try:
        uvicorn.run(create_app(engine, started=started), host=config.host, port=config.port, log_level="warning",
                    access_log=False, proxy_headers=True, forwarded_allow_ips=config.trusted_proxies)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=30)
    return 0


def _offer_first_start(engine: Engine, config: Settings) -> None:
    """An empty installation is set up in the browser, by whoever sees this console."""
    if not has_office(engine):
        page, code = f"{config.public_url}{START}", first_start.new_code()
        # zh: printed on the console, where nobody has chosen a language yet
        print(f"\n系统还是空的。请在浏览器中打开 {page} 并输入启动码 {code}\n"
              f"This installation is empty. Open {page} and enter the start code {code}\n", flush=True)


def _start_worker(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """The worker ends by itself when this process is gone: a killed server leaves nothing behind."""
    command = [sys.executable, "-m", "evalplat", *words, "--beside", str(os.getpid())]
    return subprocess.Popen(command)  # noqa: S603 - our own program, no foreign word in it
