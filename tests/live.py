"""A real server on a free port of this machine, over a world whose clock is the real one, for a real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import uvicorn
from sqlalchemy import Engine

from evalplat.app import create_app
from tests.world import World, make_world, with_campaign, with_notice


def world_of_today(engine: Engine, *, days_ago: int = 6) -> World:
    """An office whose notice was issued some days ago, so that its windows are open now."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
    world = with_notice(with_campaign(make_world(engine, start=start)))
    world.now = datetime.now(UTC)
    return world


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """The address of a server that runs as long as the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(engine), host="127.0.0.1", port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > end:
            raise TimeoutError("the server did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
