"""The served demonstration is killed again and again while it is filled, its web server, its worker or both: it goes on where it
was, nothing is played twice, and what comes out are the same bytes.

It is long, so it runs where ``EVALPLAT_TEST_KILLS`` says how often (50, say; ``EVALPLAT_TEST_UNITS`` makes it larger). The command
without pages is killed in every run: ``tests/journeys/test_run_through.py``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import httpx2
import pytest
from sqlmodel import col, select

from evalplat.audit.tables import AuditEvent
from evalplat.demo import command, database, outcome, play_office, runner
from evalplat.demo.play import PlayedElsewhere
from evalplat.kernel.db import make_engine, transaction
from evalplat.kernel.settings import settings
from evalplat.people.tables import Office

from .conftest import UNITS, Filled

KILLS = int(os.environ.get("EVALPLAT_TEST_KILLS", "0"))
WHOM = ("web", "worker", "both")


class Served:
    """The command ``demo`` as its user starts it, in a data folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        ours = {name: value for name, value in os.environ.items() if not name.startswith("EVALPLAT_")}
        words = [sys.executable, "-m", "evalplat", "demo", "--units", str(UNITS), "--last-year", "0", "--port", str(port)]
        with (folder / "said.txt").open("ab") as said:
            self.web = subprocess.Popen(words, stdout=said, stderr=said, env=ours | {"EVALPLAT_DATA_DIR": str(folder)})

    def workers(self) -> list[int]:
        """The children of the web server."""
        path = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children")
        return [int(word) for word in path.read_text().split()] if path.exists() else []

    def answers(self) -> bool:
        """Whether the sign-in page is there."""
        try:
            return httpx2.get(f"{self.url}/sign-in", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def kill(self, whom: str) -> None:
        """``kill -9``. A worker alone that is killed stays dead until the command is started again, as a user would do."""
        workers = self.workers()
        if whom in ("web", "both"):
            self.web.kill()
        for worker in workers if whom in ("worker", "both") else ():
            os.kill(worker, signal.SIGKILL)
        if whom == "worker":
            self.web.terminate()
        self.web.wait(60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _full(folder: Path) -> bool:
    mark = folder / command.MARK
    return mark.exists() and bool(json.loads(mark.read_text(encoding="utf-8"))["done"])


def _left(folder: Path) -> tuple[dict[str, str], Counter[str]]:
    """Hash of each department's result; the deeds of people by their kind, in a log whose chain is whole."""
    engine = make_engine(f"sqlite:///{folder / 'evalplat.sqlite3'}")
    try:
        with transaction(engine, write=False) as session:
            office = session.exec(select(Office.id)).one()
            of_people = select(AuditEvent.event).where(col(AuditEvent.actor_id).is_not(None), AuditEvent.event != "user.signed_in")
            deeds = Counter(session.exec(of_people))
        assert office
        assert outcome.chain(engine, office).broken_seq is None
        mark = json.loads((folder / command.MARK).read_text(encoding="utf-8"))
        found = outcome.outcomes(engine, office, mark["filled"][:4])
        return {one.unit: one.hash for one in found}, deeds
    finally:
        engine.dispose()


@pytest.mark.slow
@pytest.mark.skipif(not KILLS, reason="EVALPLAT_TEST_KILLS says how often")
def test_web_and_worker_killed_at_random_moments(filled: Filled, tmp_path):
    folder, thrown, killed, answered = tmp_path / "killed", random.Random(2026), 0, 0  # noqa: S311 - moments, no secrets
    folder.mkdir()
    port = _free_port()
    for number in range(KILLS):
        served = Served(folder, port)
        time.sleep(5 + thrown.random() * max(2, 1.5 * filled.seconds / KILLS))
        answered += served.answers()
        served.kill(WHOM[number % len(WHOM)])
        killed += not _full(folder)
    served = Served(folder, port)
    try:
        until = time.monotonic() + 60 + 10 * filled.seconds
        while not _full(folder) and time.monotonic() < until:
            assert served.web.poll() is None, (folder / "said.txt").read_text("utf-8")[-3000:]
            time.sleep(1)
        assert served.answers()
    finally:
        served.kill("both")
    print(f"killed {KILLS} times, {killed} of them while it was being filled; {answered} times a page had answered")
    assert killed
    results, deeds = _left(folder)
    alone, once = _left(filled.folder)
    assert results == alone
    assert (deeds - once, once - deeds) == (Counter(), Counter())


def test_a_step_is_played_by_one_process(data_dir):
    day = date(2026, 11, 20)
    engine = make_engine(settings().url)
    database.prepare(engine)
    runner.begin(engine, 3, day)
    first, other = play_office.again(engine, day), play_office.again(engine, day)
    at = play_office.bookmark(engine)
    with first.step(at + 1):
        pass
    with pytest.raises(PlayedElsewhere), other.step(at + 1):
        raise AssertionError("nothing of a step that was played already is played again")
    assert play_office.bookmark(engine) == at + 1
    engine.dispose()
