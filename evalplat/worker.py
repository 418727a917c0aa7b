"""The job process: takes jobs and runs the timetable until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import select

from evalplat.jobs import queue
from evalplat.kernel.db import transaction
from evalplat.people.tables import Office

T = TypeVar("T")
log = logging.getLogger("evalplat.worker")
IDLE = 1.0
TIMETABLE = 30.0


def run(engine: Engine, stop: threading.Event | None = None, *, beside: int | None = None) -> None:
    """Work until ``stop`` is set (or SIGTERM comes, when no event is given).

    ``beside``: the process id of the web server that started this worker; when it is gone, however it ended, so is the worker.
    """
    stop = stop or _until_told()
    since_tick = TIMETABLE
    while not stop.is_set() and (beside is None or os.getppid() == beside):
        if since_tick >= TIMETABLE:
            since_tick = 0.0
            _guarded(lambda: queue.beat(engine))
            _guarded(lambda: queue.tick(engine, office_ids(engine)))
        job_id = _guarded(lambda: queue.take(engine))
        if job_id is not None:
            queue.run(engine, job_id)
            continue
        stop.wait(IDLE)
        since_tick += IDLE


def office_ids(engine: Engine) -> list[int]:
    """Every office's id."""
    with transaction(engine, write=False) as session:
        return [row for row in session.exec(select(Office.id)) if row is not None]


def _guarded(deed: Callable[[], T]) -> T | None:
    try:
        return deed()
    except Exception:
        log.exception("the worker goes on after an error")
        return None


def _until_told() -> threading.Event:
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    return stop
