"""One request is one transaction. It ends before the answer leaves: a failed commit answers 500, never 200."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from evalplat.kernel import clock
from evalplat.kernel.db import finish, open_session, transaction
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work
from evalplat.people.tables import SignInSession

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def work_of(request: Request) -> Iterator[Work]:
    """The request's unit of work: a GET reads, an unsafe method writes."""
    write = request.method not in SAFE
    session = open_session(request.app.state.engine, write=write)
    work = Work(session, SystemActor(0, name="anonymous"), clock.now(), settings())
    try:
        yield work
        if write:
            work.seal()
    except BaseException:
        finish(session, commit=False)
        raise
    finish(session, commit=write)
    _note_alive(request, work)


def _note_alive(request: Request, work: Work) -> None:
    """A page that was only read keeps the sign-in alive: noted at most once a minute, in a transaction of its own."""
    id_hash = getattr(request.state, "touch_session", None)
    if id_hash:
        with transaction(request.app.state.engine) as session:
            session.get_one(SignInSession, id_hash).seen_at = work.now


WorkDep = Annotated[Work, Depends(work_of, scope="function")]
