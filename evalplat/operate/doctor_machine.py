"""What the doctor asks the machine: database, fonts, chart library, key, cookies, addresses."""

from __future__ import annotations

import json
import stat
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, text

from evalplat.audit.tables import AuditEvent
from evalplat.kernel import schema
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import Settings

from .doctor_sign import Sign

LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, never listened on
MIGRATE = N_("Stop the platform, make a backup, then run: evalplat migrate")
INSIDE = N_("Restore the last backup that proves itself (evalplat backup drill), and have the disk looked at.")


def data_of(event: AuditEvent | None) -> dict[str, Any]:
    """What an event says."""
    found: dict[str, Any] = json.loads(event.data) if event else {}
    return found


def no_database() -> list[Sign]:
    """Instead of all that is read from it."""
    return [Sign("schema", N_("Database"), N_("there are no tables in it yet"), well=False, todo=N_("Make them: evalplat migrate"))]


def database(engine: Engine, *, thorough: bool) -> list[Sign]:
    """Version of the schema; for SQLite its mode and, if there is time, the whole file."""
    with engine.connect() as connection:
        present, newest = schema.current(connection), schema.newest()
        found = [Sign("schema", N_("Schema"), N_("version {present}, the program's is {newest}"), well=present in ("", newest),
                      todo=MIGRATE, params={"present": present or "—", "newest": newest})]
        return found + (_sqlite(connection, thorough=thorough) if engine.dialect.name == "sqlite" else _postgres(connection))


def _sqlite(connection: Connection, *, thorough: bool) -> list[Sign]:
    mode = str(connection.execute(text("PRAGMA journal_mode")).scalar())
    found = [Sign("wal", N_("Database"), N_("SQLite, journal {mode}"), well=mode == "wal", params={"mode": mode},
                   todo=N_("Put the data folder on a local disk: SQLite needs its write-ahead log, which shared folders do not carry."))]
    if thorough:
        verdict = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
        found.append(Sign("inside", N_("Inside of the database"), N_("SQLite says: {verdict}"), well=verdict == "ok",
                           params={"verdict": verdict}, todo=INSIDE))
    return found


def _postgres(connection: Connection) -> list[Sign]:
    version = str(connection.execute(text("SHOW server_version")).scalar())
    encoding = str(connection.execute(text("SHOW server_encoding")).scalar())
    return [Sign("postgres", N_("Database"), N_("PostgreSQL {version}, {encoding}"), well=encoding == "UTF8",
                  params={"version": version, "encoding": encoding}, todo=N_("Create the database again with the encoding UTF8."))]


FONT_WORDS = (
    ("No font for", N_("a type face of the official layout is missing"),
     N_("Put the fonts into the fonts folder (EVALPLAT_FONTS_DIR); until then another one stands in and pages do not look official.")),
    ("Noto Serif", N_("Noto Serif CJK SC is missing"),
     N_("Install the package fonts-noto-cjk, or rare characters in names are printed as boxes.")),
    ("libharfbuzz", N_("libharfbuzz-subset0 is missing"), N_("Install that package; without it each PDF takes seconds longer.")),
)


def fonts() -> list[Sign]:
    """Type faces of official documents and the library that cuts them to size."""
    from evalplat.documents.fonts import check_fonts

    problems = check_fonts()
    found = []
    for start, what, todo in FONT_WORDS:
        if any(problem.startswith(start) for problem in problems):
            found.append(Sign("fonts", N_("Fonts"), what, well=False, todo=todo))
    others = [one for one in problems if not one.startswith(tuple(start for start, _, _ in FONT_WORDS))]
    found += [Sign("fonts", N_("Fonts"), one, well=False) for one in others]
    return found or [Sign("fonts", N_("Fonts"), N_("all type faces are there, and PDFs carry only what they show"))]


def charts() -> list[Sign]:
    """The library that draws charts into documents."""
    from evalplat.documents.places import CHART_LIBRARY

    there = CHART_LIBRARY.is_file()
    return [Sign("charts", N_("Chart library"), N_("it is there") if there else N_("it is missing"), well=there,
                  todo=N_("Run the set-up again: it copies the library beside the program. No report has charts without it."))]


def key(settings: Settings) -> list[Sign]:
    """Nobody but the platform reads its key."""
    if settings.secret_key:
        return [Sign("key", N_("Secret key"), N_("it comes from the environment"))]
    path = settings.data_dir / "secret.key"
    if not path.exists():
        return [Sign("key", N_("Secret key"), N_("it is made at the first start"))]
    mode = stat.S_IMODE(path.stat().st_mode)
    return [Sign("key", N_("Secret key"), N_("{path}, rights {mode}"), well=not mode & 0o077,
                  params={"path": str(path), "mode": f"{mode:o}"}, todo=N_("Let its owner alone read it: chmod 600 {path}"))]


def cookies(settings: Settings) -> list[Sign]:
    """Outside the demonstration the sign-in cookie goes over HTTPS alone."""
    if settings.demo:
        return []
    return [Sign("cookies", N_("Sign-in cookie"), N_("over HTTPS alone") if settings.secure_cookies else N_("also over plain HTTP"),
                  well=settings.secure_cookies, todo=N_("Put a proxy with HTTPS in front and set EVALPLAT_SECURE_COOKIES=true."))]


def address(settings: Settings) -> list[Sign]:
    """What stands in QR codes must be an address that a citizen's phone reaches."""
    if settings.demo:
        return []
    host = urlsplit(settings.public_url).hostname or ""
    return [Sign("address", N_("Address in QR codes"), "{address}", well=host not in LOCAL, params={"address": settings.public_url},
                  todo=N_("Set EVALPLAT_BASE_URL to the address that phones reach: posters would lead nowhere."))]
