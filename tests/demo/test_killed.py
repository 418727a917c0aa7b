"""A run-through that is killed again and again ends with the same results as one that is not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

KILLS = int(os.environ.get("EVALPLAT_TEST_KILLS", "2"))
UNITS = os.environ.get("EVALPLAT_TEST_UNITS", "3")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "evalplat", "demo", "--run-through", "--units", UNITS, "--out", str(folder)]
    with (folder / "said.txt").open("ab") as said:
        return subprocess.Popen(command, stdout=said, stderr=said)


def _to_the_end(folder: Path) -> None:
    assert _start(folder).wait(1200) == 0, (folder / "said.txt").read_text("utf-8")[-3000:]


def _results(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "results").glob("*.json"))}


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_with_the_same_results(tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder in (whole, cut):
        folder.mkdir()
    began = time.monotonic()
    _to_the_end(whole)
    length, thrown = time.monotonic() - began, random.Random(2026)  # noqa: S311 - moments, no secrets
    killed = 0
    for _ in range(KILLS):
        process = _start(cut)
        try:
            process.wait(1.5 + thrown.random() * 2.5 * length / KILLS)
            assert process.returncode == 0, (cut / "said.txt").read_text("utf-8")[-3000:]
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
    if process.returncode != 0:
        _to_the_end(cut)
    assert killed >= min(KILLS, 2)
    assert _results(cut) == _results(whole)
    assert _results(cut)
