"""One unit of work: a session, a moment, a person. Every action takes it first.

What must happen last (the audit chain's link) or only after the commit is hung on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from . import clock, db
from .settings import Settings, settings


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The clock and the jobs."""

    office_id: int
    name: str = "system"
    user_id: int | None = None


@dataclass
class Work:
    """``now`` is fixed for the whole transaction, so that all its rows agree."""

    session: Session
    actor: Any
    now: datetime = field(default_factory=clock.now)
    settings: Settings = field(default_factory=settings)
    before_commit: list[Callable[[Work], None]] = field(default_factory=list)

    @property
    def office_id(self) -> int:
        """The office whose rows this work may touch."""
        return int(self.actor.office_id)

    @property
    def today(self) -> date:
        """The day in the office's time zone."""
        return self.now.astimezone(self.settings.zone).date()

    def add(self, row: Any) -> Any:
        """Add a row and give it its key."""
        self.session.add(row)
        self.session.flush()
        return row

    def after_commit(self, deed: Callable[[], None]) -> None:
        """Do it when this transaction is stored for good, never when it is given up. It must not raise: the answer is settled."""
        self.session.info.setdefault(db.AFTER_COMMIT, []).append(deed)

    def undo(self) -> None:
        """Forget everything that was written and noted so far; what follows begins a transaction anew."""
        self.session.rollback()
        self.session.info.pop("audit", None)
        self.session.info.pop(db.AFTER_COMMIT, None)
        self.before_commit.clear()

    def seal(self) -> None:
        """Run what must come last in the transaction."""
        hooks, self.before_commit = self.before_commit, []
        for hook in hooks:
            hook(self)


@contextmanager
def working(engine: Engine, actor: Any, *, write: bool = True) -> Iterator[Work]:
    """A unit of work outside a request: commands, jobs, tests."""
    with db.transaction(engine, write=write) as session:
        work = Work(session, actor)
        yield work
        work.seal()
