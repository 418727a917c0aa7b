"""The two commands: drive a campaign to its end and show its results, or fill a demonstration and serve it.

The script and its texts are loaded where something is played: a demonstration that is already there is served without them.
"""

from __future__ import annotations

import json
import os
import re
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine

from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import OWN_OFFICE, settings

from .cast import OFFICE, PASSWORD
from .database import offices, prepare

if TYPE_CHECKING:
    from .runner import Played, Watch

FINE, FINDINGS, USAGE, TROUBLE = 0, 1, 2, 3
MARK, RUN_MARK = "demo.json", "run.json"
LABELS = {"notice": "notice", "assessment": "self-assessment", "survey": "survey", "review": "on-site evaluation", "report": "report",
          "feedback": "feedback", "objection": "objection", "summary": "summary", "follow_up": "follow-up"}


def run_through(console: Console, *, units: int, out: Path | None, lang: str | None = None) -> int:
    """Drive one campaign to its end in a database of its own; print and write what came of it. One that was cut short in the
    same folder goes on."""
    from . import runner
    from .play import PlayedElsewhere

    folder = out or Path(tempfile.mkdtemp(prefix="evalplat-run-"))
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with _environment(EVALPLAT_DATA_DIR=str(folder / "data")):
        mark = folder / RUN_MARK
        begun = _mark(mark) if mark.exists() else {}
        speaks = lang or str(begun["lang"] if begun.get("units") == units else "zh")
        asked = {"units": units, "lang": speaks}
        goes_on = begun == asked
        if not goes_on and not os.environ.get("EVALPLAT_DATABASE_URL"):
            _remove_database(folder / "data" / "evalplat.sqlite3")
        engine = make_engine(settings().url)
        known = offices(engine)
        if known and not (goes_on and known == [OFFICE["code"]]):
            engine.dispose()
            console.print("The database is not empty. Give the run-through an empty one.", style="red")
            return USAGE
        _write_mark(mark, asked)
        prepare(engine)
        try:
            with _watching(console) as watch:
                played = runner.drive_through(engine, units, watch, lang=speaks)
        except PlayedElsewhere:
            engine.dispose()
            console.print("Another run-through is at work in the same folder.", style="red")
            return USAGE
        console.print("Making the documents …")
        made = runner.make_documents(engine, played.end)
        code = _report(console, engine, played, folder)
        engine.dispose()
        mark.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"{units} departments, {made} jobs, {time.monotonic() - began:.0f} s, {peak:.0f} MB at most.")
    return code


def _report(console: Console, engine: Engine, played: Played, folder: Path) -> int:
    from . import outcome

    found = outcome.outcomes(engine, played.play.office_id, played.code)
    table = Table("Unit", "Total", "Grade", "X", "Y", "Rank", "Version", "State", title="Results")
    for one in found:
        table.add_row(one.name, one.total, one.grade, one.score_x, one.score_y, one.rank, str(one.version), one.state)
    console.print(table)
    for one, path in zip(found, outcome.write_results(found, folder / "results"), strict=True):
        console.print(f"{path}  sha256 {one.hash}", soft_wrap=True)
    documents = outcome.write_documents(engine, played.code, played.play.office_id, folder / "documents")
    console.print(f"{len(documents)} documents in {folder / 'documents'}")
    verdict = outcome.chain(engine, played.play.office_id)
    if verdict.broken_seq is not None:
        console.print(f"The audit chain is broken at event {verdict.broken_seq}: {verdict.reason}.", style="red")
        return FINDINGS
    console.print(f"Audit: {verdict.links} events, the chain is whole. Head {verdict.head}", soft_wrap=True)
    return FINE


def serve_demo(console: Console, *, units: int, reset: bool, port: int | None, before: int = 0, lang: str | None = None) -> int:
    """Serve the demonstration; if it is not filled yet, the worker fills it before it takes up its work."""
    with _environment(EVALPLAT_DEMO="true"):
        code = ready(console, units=units, reset=reset, before=before, lang=lang)
        if code != FINE:
            return code
        mark = _mark(settings().data_dir / MARK)
        with _environment(EVALPLAT_LANGUAGE=os.environ.get("EVALPLAT_LANGUAGE", mark["lang"])):
            from evalplat.serving import serve

            address = f"http://{settings().host}:{port or settings().port}"
            return serve(port=port, ready=lambda: _welcome(console, address, mark), worker_command=("demo", "--fill"))


def ready(console: Console, *, units: int, reset: bool, before: int = 0, lang: str | None = None) -> int:
    """See to it that the data folder holds the demonstration's office, and a word on how it is to be filled; ``lang``: that of
    a new one, Chinese unless it is said. One that is there keeps its own."""
    folder = settings().data_dir
    path, engine = folder / MARK, make_engine(settings().url)
    known = offices(engine)
    if (folder / OWN_OFFICE).exists() and not reset:
        engine.dispose()
        console.print("The demonstration was cleared for an office of its own. Start it with: evalplat serve", style="red")
        return USAGE
    if known and known != [OFFICE["code"]]:
        engine.dispose()
        console.print("The database holds an office of its own, not the demonstration. Nothing was changed.", style="red")
        return USAGE
    if known and not reset and not path.exists():
        engine.dispose()
        console.print("The database holds a demonstration of another folder. Begin anew with --reset.", style="red")
        return USAGE
    if known and not reset:
        engine.dispose()
        if lang not in (None, _mark(path)["lang"]):
            console.print("The demonstration that is there keeps its language. Begin anew with --reset for another one.", style="yellow")
        return FINE
    if known and not _reset(console, folder):
        return USAGE
    from . import runner

    engine.dispose()
    engine = make_engine(settings().url)
    prepare(engine)
    today = datetime.now(settings().zone).date()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OWN_OFFICE).unlink(missing_ok=True)
    settings.cache_clear()
    _write_mark(path, {"units": units, "before": before, "lang": lang or "zh", "filled": today.isoformat(), "done": False})
    runner.begin(engine, units, today, before=before, lang=lang or "zh")
    engine.dispose()
    return FINE


def fill(console: Console, *, beside: int | None = None) -> None:
    """Fill the demonstration from where it was left, if it is not full; while another process does so, wait for it.

    ``beside``: the process id of the web server that started this one; when it is gone, this one ends before its next step.
    """
    path = settings().data_dir / MARK
    mark = _mark(path)
    if mark["done"]:
        return
    from . import runner
    from .play import PlayedElsewhere

    began = time.monotonic()
    engine = make_engine(settings().url)
    prepare(engine)
    with _watching(console) as watch:
        def step(done: int, total: int, unit: str, stage: str) -> None:
            if beside is not None and os.getppid() != beside:
                raise SystemExit(TROUBLE)
            watch(done, total, unit, stage)

        while True:
            try:
                runner.fill(engine, mark["units"], date.fromisoformat(mark["filled"]), step, before=mark["before"], lang=mark["lang"])
                break
            except PlayedElsewhere:
                time.sleep(1)
    engine.dispose()
    _write_mark(path, mark | {"done": True})
    console.print(f"The demonstration is full, after {time.monotonic() - began:.0f} s.")


def _mark(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {"lang": "zh"} | found


def _write_mark(path: Path, said: dict[str, object]) -> None:
    """All of it or nothing, whenever the power goes."""
    whole = path.with_suffix(".part")
    whole.write_text(json.dumps(said), encoding="utf-8")
    whole.replace(path)


def _reset(console: Console, folder: Path) -> bool:
    """Remove what the demonstration made: its SQLite database, its files, its mark. Nothing else, nowhere else."""
    if settings().database_url:
        console.print("The database is set by EVALPLAT_DATABASE_URL; empty it yourself to begin anew.", style="red")
        return False
    _remove_database(folder / "evalplat.sqlite3")
    for path in sorted(settings().files_dir.glob("[0-9a-f][0-9a-f]/*")):
        if re.fullmatch(r"[0-9a-f]{64}", path.name) and path.is_file() and not path.is_symlink():
            path.unlink()
    for path in (folder / MARK, *folder.glob("demo-links-*.json")):
        path.unlink(missing_ok=True)
    return True


def _remove_database(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _welcome(console: Console, address: str, mark: dict[str, Any]) -> None:
    console.print(f"\nThe demonstration is at [bold]{address}[/bold]")
    console.print(f"The sign-in page names one person for each role; the password of all is [bold]{PASSWORD}[/bold]")
    console.print("Begin with the tour of five minutes: its button stands on the sign-in page.")
    console.print("Try: zhou (director) approves a report · li (section) looks after a campaign · wang (team lead) rates and mediates ·")
    console.print("     head-shuiwu hands in a rectification · wu (panel) decides an objection ·")
    console.print("     a citizen answers by a poster's link (survey pages).")
    if mark["lang"] == "en":
        console.print("In English: liaison-shenji and head-shenji, of the audit bureau (审计局); all pages begin in English.")
    if not mark["done"]:
        console.print("It is still being filled; pages can be read meanwhile, deeds are possible when it is full.")
    console.print("Ctrl+C ends it; the next start goes on from here, --reset begins anew.")


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Settings of this command alone."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()


@contextmanager
def _watching(console: Console) -> Iterator[Watch]:
    """A bar over departments and stages."""
    columns = (TextColumn("{task.description}", justify="left"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("")

        def watch(done: int, total: int, unit: str, stage: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{unit or '·'} {LABELS.get(stage, '')}")

        yield watch
