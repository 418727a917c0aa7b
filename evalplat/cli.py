"""The command line. Exit codes: 0 fine, 1 findings in the input, 2 wrong usage, 3 system trouble."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from evalplat.kernel.garbage import collect_seldom

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Evaluation of government departments.",
                  pretty_exceptions_show_locals=False)
indicators = typer.Typer(no_args_is_help=True, help="Indicator files.")
surveys = typer.Typer(no_args_is_help=True, help="Questionnaire files.")
documents = typer.Typer(no_args_is_help=True, help="Documents.")
users = typer.Typer(no_args_is_help=True, help="People who sign in.")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")
backup = typer.Typer(no_args_is_help=True, help="Backups: make, restore, prove.")
result = typer.Typer(no_args_is_help=True, help="Fixed results.")
for name, group in (("indicators", indicators), ("surveys", surveys), ("documents", documents), ("users", users), ("audit", audit),
                    ("backup", backup), ("result", result)):
    app.add_typer(group, name=name)

FINDINGS, USAGE, TROUBLE = 1, 2, 3
console = Console(highlight=False)
Files = Annotated[list[Path], typer.Argument(help="One or more files.")]
Language = Literal["zh", "en"]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count as findings.")]


@app.command()
def demo(
    units: Annotated[int, typer.Option(min=3, max=80, help="How many departments.")] = 12,
    last_year: Annotated[int, typer.Option(min=0, max=80, help="Departments in the concluded campaign of last year.")] = 80,
    run_through: Annotated[bool, typer.Option("--run-through", help="Drive one campaign to its end without serving.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Begin anew.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where --run-through puts results and documents.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to serve on.")] = None,
    lang: Annotated[Language | None, typer.Option(help="en: one department writes in English. What is there keeps its language.")] = None,
    fill: Annotated[bool, typer.Option("--fill", hidden=True, help="Fill it, then be the worker.")] = False,
    beside: Annotated[int | None, typer.Option(hidden=True, help="End when this process, the web server, is gone.")] = None,
) -> None:
    """Fill a demonstration campaign and serve it (or, with --run-through, drive one to its end)."""
    from evalplat.demo import command

    if fill:
        command.fill(console, beside=beside)
        return worker(beside=beside)
    raise typer.Exit(command.run_through(console, units=units, out=out, lang=lang) if run_through
                     else command.serve_demo(console, units=units, reset=reset, port=port, before=last_year, lang=lang))


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port; EVALPLAT_PORT unless given.")] = None,
    worker: Annotated[bool, typer.Option(help="Run the job worker beside the web server.")] = True,
) -> None:
    """Serve the web pages, and the job worker beside them unless --no-worker."""
    from evalplat.serving import serve as run

    raise typer.Exit(run(port=port, with_worker=worker))


@app.command()
def worker(
    beside: Annotated[int | None, typer.Option(hidden=True, help="End when this process, the web server, is gone.")] = None,
) -> None:
    """Run the job worker alone."""
    from evalplat import worker as process
    from evalplat.operate.jobs import install_timetable
    from evalplat.rooms import register_all

    register_all()
    install_timetable()
    process.run(_engine(), beside=beside)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from evalplat.kernel.schema import upgrade

    changed = upgrade(_engine(check=False))
    console.print("The database has the newest schema." if not changed else "The database was brought to the newest schema.")


@indicators.command("check")
def check_indicators(
    files: Files,
    strict: Strict = False,
    data: Annotated[Path | None, typer.Option(help="CSV of the units to be scored: are there enough to compare?")] = None,
) -> None:
    """Check indicator files and workbooks; every problem with file, line and column, or sheet and cell."""
    from evalplat.cli_score import run_check

    raise typer.Exit(run_check(files, strict=strict, data=data))


@indicators.command("to-excel")
def indicators_to_excel(
    file: Annotated[Path, typer.Argument(help="An indicator file (YAML).")],
    out: Annotated[Path | None, typer.Argument(help="The workbook; beside the file unless given.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Write an indicator file as a workbook that can be edited and read back without loss."""
    from evalplat.cli_indicators import run_to_excel

    raise typer.Exit(run_to_excel(file, out, force=force))


@indicators.command("from-excel")
def indicators_from_excel(
    file: Annotated[Path, typer.Argument(help="A workbook (.xlsx).")],
    out: Annotated[Path | None, typer.Argument(help="The indicator file; beside the workbook unless given.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Write a workbook as an indicator file, if nothing is wrong with it; every problem with sheet and cell."""
    from evalplat.cli_indicators import run_from_excel

    raise typer.Exit(run_from_excel(file, out, force=force))


@indicators.command("diff")
def diff_indicators(before: Path, after: Path) -> None:
    """Say in words what changed between two indicator files or workbooks (exit code 1 if anything did)."""
    from evalplat.cli_indicators import run_diff

    raise typer.Exit(run_diff(before, after))


@indicators.command("weights")
def weigh_indicators(file: Path) -> None:
    """Print the effective weight of every indicator, for each category or profile."""
    from evalplat.cli_indicators import run_weights

    raise typer.Exit(run_weights(file))


@surveys.command("check")
def check_surveys(files: Files, strict: Strict = False) -> None:
    """Check questionnaire files; every problem with file, line and column."""
    from evalplat.cli_surveys import run_check

    raise typer.Exit(run_check(files, strict=strict))


@app.command()
def score(
    system: Annotated[Path, typer.Option(help="Indicator file.")],
    data: Annotated[Path, typer.Option(help="CSV, a row a unit.")],
    out: Annotated[Path, typer.Option(help="Folder for results, stages and explanations.")] = Path("scored"),
    robustness: Annotated[int, typer.Option(min=0, max=100_000, help="Draws for intervals of ranks and grades.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the draws.")] = 1,
    totals: Annotated[bool, typer.Option(help="For large tables: results.csv and nodes.csv alone, without explanations.")] = False,
) -> None:
    """Score units from files alone, without a database."""
    from evalplat.cli_score import run_score, run_totals

    if totals and robustness:
        raise typer.BadParameter("Totals alone have no robustness; leave one of --totals and --robustness out.")
    if totals:
        raise typer.Exit(run_totals(system, data, out))
    raise typer.Exit(run_score(system, data, out, draws=robustness, seed=seed))


@app.command("verify")
def verify_result(file: Annotated[Path, typer.Argument(help="A frozen result (ZIP), or a report (PDF).")]) -> None:
    """Recompute a frozen result with this program; of a report, find the result that it names in the database."""
    from evalplat.cli_verify import run_verify

    raise typer.Exit(run_verify(console, file, engine=_engine))


@result.command("freeze")
def freeze_result(
    campaign: Annotated[str, typer.Option(help="The campaign's short name.")],
    out: Annotated[Path, typer.Option(help="Folder for the ZIP files.")],
    unit: Annotated[str, typer.Option(help="One unit alone.")] = "",
    office: Annotated[str, typer.Option(help="The office's short name, if several have such a campaign.")] = "",
    version: Annotated[int | None, typer.Option(min=1, help="The newest unless given.")] = None,
) -> None:
    """Write fixed results with all they were computed from, so that anybody can recompute them elsewhere."""
    from evalplat.cli_verify import run_freeze

    raise typer.Exit(run_freeze(_engine(), console, campaign=campaign, unit=unit, office=office, version=version, out=out))


@documents.command("make")
def make_documents(
    campaign: Annotated[str, typer.Argument(help="The campaign's short name.")],
    out: Annotated[Path, typer.Option(help="Folder for the PDFs.")],
    unit: Annotated[str, typer.Option(help="One unit alone.")] = "",
    kind: Annotated[str, typer.Option(help="One kind alone.")] = "",
) -> None:
    """Write the issued documents of a campaign as PDF files."""
    from evalplat.cli_operate import write_documents

    raise typer.Exit(write_documents(_engine(), console, campaign=campaign, unit=unit, kind=kind, out=out))


@users.command("add")
def add_user(
    login: str, name: Annotated[str, typer.Option()], role: Annotated[list[str], typer.Option()],
    unit: Annotated[str, typer.Option(help="The unit's code, for a department's role.")] = "",
) -> None:
    """Add somebody; the first password is printed once."""
    from evalplat.cli_operate import add

    raise typer.Exit(add(_engine(), console, login=login, name=name, roles=role, unit=unit))


@users.command("reset-password")
def reset_password(login: str) -> None:
    """Give somebody a new first password; it is printed once, and all their sessions end."""
    from evalplat.cli_operate import reset

    raise typer.Exit(reset(_engine(), console, login=login))


@audit.command("verify")
def verify_audit(
    against: Annotated[Path | None, typer.Option(help="A document whose printed head must be in the chain.")] = None,
) -> None:
    """Recompute the audit chain, and look for a printed head in it."""
    from evalplat.cli_operate import verify

    raise typer.Exit(verify(_engine(), console, against=against))


@backup.command("make")
def make_backup(
    to: Annotated[Path | None, typer.Option(help="Folder; EVALPLAT_BACKUP_DIR unless given.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Remove all but the newest N afterwards.")] = None,
) -> None:
    """Back up database, files, key and definitions while web and worker run."""
    from evalplat.cli_backup import make

    raise typer.Exit(make(_engine(check=False), console, to=to, keep=keep))


@backup.command("restore")
def restore_backup(
    records: Annotated[Path, typer.Argument(help="The archive of the records.")],
    into: Annotated[Path, typer.Option(help="The data folder: files and key, and the SQLite database unless another one is named.")],
    tokens: Annotated[Path | None, typer.Option(help="The archive of the links; that beside the records unless given.")] = None,
    database: Annotated[str, typer.Option(help="An empty database; EVALPLAT_DATABASE_URL, else SQLite in the folder.")] = "",
) -> None:
    """Put a backup into an empty place, SQLite or PostgreSQL whatever it came from."""
    from evalplat.cli_backup import put_back
    from evalplat.rooms import load_tables

    load_tables()
    raise typer.Exit(put_back(console, records, tokens=tokens, into=into, database=database))


@backup.command("drill")
def drill_backup(
    records: Annotated[Path, typer.Argument(help="The archive of the records.")],
    tokens: Annotated[Path | None, typer.Option(help="The archive of the links; that beside the records unless given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Restore a backup into a temporary place and let it prove itself there."""
    from evalplat.cli_backup import run_drill
    from evalplat.rooms import load_tables, register_all

    register_all()
    load_tables()
    raise typer.Exit(run_drill(console, records, tokens=tokens, as_json=as_json))


@app.command()
def doctor() -> None:
    """Look at everything the platform needs: what is, whether it is well, what to do."""
    from evalplat.cli_backup import run_doctor
    from evalplat.rooms import load_tables, register_all

    register_all()
    load_tables()
    raise typer.Exit(run_doctor(_engine(check=False), console))


def _engine(*, check: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy is imported late
    """The database of the settings; says what to do if its schema is old."""
    from evalplat.kernel.db import make_engine
    from evalplat.kernel.schema import current, newest
    from evalplat.kernel.settings import settings

    engine = make_engine(settings().url)
    if check and current(engine) != newest():
        console.print("The database's schema is not the newest. Run: evalplat migrate", style="red")
        raise typer.Exit(TROUBLE)
    return engine


def main() -> None:
    """Entry point; an unforeseen error is system trouble, not a finding."""
    collect_seldom()
    try:
        app()
    except OSError as error:
        console.print(f"{error.strerror or error}: {error.filename or ''}", style="red")
        sys.exit(TROUBLE)


