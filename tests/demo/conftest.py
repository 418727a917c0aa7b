"""A served demonstration of three departments, filled once for the tests that look at it."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from evalplat.app import create_app
from evalplat.demo import command
from evalplat.demo.cast import PASSWORD
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from tests.world import csrf

UNITS = int(os.environ.get("EVALPLAT_TEST_UNITS", "3"))


@dataclass(frozen=True)
class Filled:
    """Its folder, the day of its play, how long it took, what a person read and was answered before it was full."""

    folder: Path
    day: str
    seconds: float
    page: str
    refused: Any


def own_page(client: TestClient) -> str:
    """Sign in; the page of one's own password."""
    assert client.post("/sign-in", data={"login": "li", "password": PASSWORD, "next": "/"}).status_code == 303
    return client.get("/password").text


def change_password(client: TestClient) -> Any:
    """A deed."""
    words = {"old": PASSWORD, "new": "Another-2026-pass", "again": "Another-2026-pass"}
    return client.post("/password", data={"csrf_token": csrf(client, "/password"), **words})


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Made by the two deeds of the command; nothing was changed in it afterwards."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALPLAT_DATA_DIR", str(folder))
        patch.setenv("EVALPLAT_DEMO", "true")
        settings.cache_clear()
        quiet = Console(quiet=True)
        assert command.ready(quiet, units=UNITS, reset=False) == command.FINE
        engine = make_engine(settings().url)
        with TestClient(create_app(engine), follow_redirects=False) as client:
            page, refused = own_page(client), change_password(client)
        engine.dispose()
        began = time.monotonic()
        command.fill(quiet)
        seconds = time.monotonic() - began
    settings.cache_clear()
    day = json.loads((folder / command.MARK).read_text(encoding="utf-8"))["filled"]
    return Filled(folder, day, seconds, page, refused)
