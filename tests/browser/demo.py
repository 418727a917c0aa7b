"""The demonstration, filled once for all test processes of a run and copied for each module that looks at it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from evalplat.demo import database, runner
from evalplat.demo.cast import PASSWORD
from evalplat.kernel.settings import settings
from tests.browser.site import Site, data_folder
from tests.live import serving
from tests.world import World

UNITS = 6
"""In rectification, informed, objecting, under review, filling in, decided."""


def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the demonstration; the first who asks fills it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if shared.name.startswith("popen-") else shared
    folder, mark = shared / "demo", shared / "demo.filled"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            folder.mkdir()
            with data_folder(folder) as engine:
                database.prepare(engine)
                runner.fill(engine, UNITS, datetime.now(settings().zone).date(), lambda *_: None)
            mark.touch()
    return folder


@contextmanager
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over a copy of it. Its people sign in with the password of the demonstration."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(filled(tmp_path_factory), folder)
    with data_folder(folder) as engine, serving(engine) as url:
        yield Site(url, World(engine, 0), folder, password=PASSWORD)
