"""Commands in this process: a start of the program costs two seconds, and most tests are about what a command does."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from evalplat import cli
from evalplat.kernel.settings import settings

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def here(data_dir: Path) -> Iterator[Run]:
    """``here("users", "add", …, LANG="zh")`` → what a process would give."""
    def start(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            settings.cache_clear()
            patch.setattr(cli, "console", Console(highlight=False, width=200))
            done = CliRunner().invoke(cli.app, list(words), catch_exceptions=False)
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
    yield start
    settings.cache_clear()
