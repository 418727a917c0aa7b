"""Web and worker are one command: they begin together and end together, however the web server ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from evalplat import resources, serving

ROOT = Path(__file__).parents[2]


def children_of(pid: int) -> list[int]:
    """The processes that ``pid`` started and that still run."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def until(condition, seconds: float = 40) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Whether a server is up."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - an address of this machine
            return answer.status == 200
    except OSError:
        return False


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_the_worker_ends_with_its_server(data_dir: Path, sign: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "evalplat", "serve", "--port", str(port)], cwd=ROOT,
                              env={**os.environ, "EVALPLAT_DATA_DIR": str(data_dir)})
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        [worker] = children_of(server.pid)
    finally:
        server.send_signal(sign)
        server.wait(timeout=40)
    until(lambda: not Path(f"/proc/{worker}").exists())


def test_without_browser_libraries_it_says_so_and_does_not_start(data_dir, monkeypatch, capsys) -> None:
    monkeypatch.setattr(resources, "static_dir", lambda: data_dir)
    assert serving.serve() == 3
    assert "htmx.min.js" in capsys.readouterr().err
    assert list(data_dir.iterdir()) == []
