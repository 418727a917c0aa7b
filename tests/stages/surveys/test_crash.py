"""The power goes, the process is killed: every answer that was acknowledged is there, and the tallies are right."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlmodel import select

from evalplat.campaigns.tables import Window
from evalplat.kernel.settings import settings
from evalplat.stages.surveys import forms_state, rules
from evalplat.stages.surveys.forms_state import State
from evalplat.stages.surveys.tables import Submission, SurveyAnswer, SurveyWave
from tests.world import World

from .conftest import ANSWERS, link_to, rows
from .test_writer import recounted

ROOT = Path(__file__).resolve().parents[3]
SERVE = """
import sys, uvicorn
from evalplat.app import create_app
uvicorn.run(create_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def test_kill_loses_no_acknowledged_answer(open_world: World, data_dir: Path) -> None:
    code = link_to(open_world, "citizen").removeprefix("/s/")
    with open_world.acting("system") as work:
        for window in work.session.exec(select(Window).where(Window.kind == "survey")):
            # The server of this test lives by the real clock.
            window.opens_at, window.closes_at = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 1))
        evaluation = open_world.evaluation(work, "jiaotong").id or 0
    wave = next(row.id for row in rows(open_world, SurveyWave) if row.key == "citizen") or 0
    states = [State(wave, evaluation, code=code, answers=_given(n)) for n in range(4000)]
    forms = [(state.submission, forms_state.write(state, settings().secret())) for state in states]
    acknowledged: list[str] = []
    with served(data_dir / "test.sqlite3", data_dir) as (process, port):
        people = [threading.Thread(target=_answer, args=(port, code, forms[n::8], acknowledged)) for n in range(8)]
        for person in people:
            person.start()
        while len(acknowledged) < 150:
            assert process.poll() is None
            people[0].join(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        for person in people:
            person.join(30)
    stored = {row.hash for row in rows(open_world, Submission)}
    assert len(acknowledged) >= 150
    assert {rules.digest(one) for one in acknowledged} <= stored
    assert len(rows(open_world, SurveyAnswer)) == len(stored) < len(forms)
    assert recounted(open_world)


def _given(n: int) -> dict[str, object]:
    given = {**ANSWERS["citizen"], "C3": str(n % 5 + 1), "C12": ("slow",)}
    if n % 5 > 1:
        given |= {"C7": "5", "C11": "5"}
        given.pop("C12")
    return given


def _answer(port: int, code: str, forms: list[tuple[str, str]], acknowledged: list[str]) -> None:
    for submission, state in forms:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", f"/s/{code}/check-answers", urlencode({"state": state, "go": "finish"}),
                               {"content-type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            answer.read()
        except OSError:
            return
        except Exception:  # noqa: BLE001 - the line was cut in the middle of an answer
            return
        finally:
            connection.close()
        if answer.status == 303:
            acknowledged.append(submission)


@contextmanager
def served(database: Path, data_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The real server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "EVALPLAT_DATA_DIR": str(data_dir), "EVALPLAT_DATABASE_URL": f"sqlite:///{database}",
                   "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment, cwd=data_dir)
    try:
        _wait_for(port, process)
        yield process, port
    finally:
        process.kill()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    waiting = threading.Event()
    for _ in range(600):
        assert process.poll() is None, "the server did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        waiting.wait(0.05)
    raise AssertionError("the server did not answer")
