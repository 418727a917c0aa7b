"""Engine and sessions, the same for SQLite and PostgreSQL.

A reading session begins deferred; a writing one begins IMMEDIATE on SQLite, or concurrent read-modify-writes get lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, event
from sqlmodel import Session, SQLModel, create_engine

SQLModel.metadata.naming_convention = {  # type: ignore[assignment]  # a plain dict is what SQLAlchemy documents
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata
AFTER_COMMIT = "after_commit"
"""Where a session keeps what must be done only when its rows are stored for good."""
READ_BY_KEY = "read_by_key"


def make_engine(url: str) -> Engine:
    """An engine for ``url``; the folder of a SQLite file is made. Errors never carry what was stored: they end up in logs."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    path = url.removeprefix("sqlite:///")
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get("evalplat_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class _Session(Session):
    """Keeps what was read by its key until it ends; otherwise a campaign or a department that nobody holds is read again and again."""

    def get(self, *args: Any, **options: Any) -> Any:
        found = super().get(*args, **options)
        if found is not None:
            self.info.setdefault(READ_BY_KEY, {})[id(found)] = found
        return found


def open_session(engine: Engine, *, write: bool) -> Session:
    """A session in its transaction. The caller ends it with ``finish``."""
    session = _Session(engine, expire_on_commit=False, autoflush=True)
    session.connection(execution_options={"evalplat_write": write})
    return session


def finish(session: Session, *, commit: bool) -> None:
    """End the transaction and give the connection back. The only commit outside jobs. What waited for the commit is done then."""
    try:
        if commit:
            session.commit()
        else:
            session.rollback()
    finally:
        session.close()
        session.info.pop(READ_BY_KEY, None)
    for deed in session.info.pop(AFTER_COMMIT, ()) if commit else ():
        deed()


@contextmanager
def transaction(engine: Engine, *, write: bool = True) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back if anything is raised."""
    session = open_session(engine, write=write)
    try:
        yield session
    except BaseException:
        finish(session, commit=False)
        raise
    finish(session, commit=True)
