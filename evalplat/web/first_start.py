"""While there is no office, every address leads to the first page, where a start code opens the door."""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from evalplat.kernel.db import transaction
from evalplat.people.tables import Office

START = "/start"
OPEN = ("/static/", "/language/", "/view/", "/healthz")
ASKED_AGAIN = frozenset({"/", "/sign-in", START})
"""Here it is looked up each time, so that an office which another process removed is missed at once."""


class FirstStart:
    """Pure ASGI: asks the database until there is an office, then no more (``app.state.has_office``)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(OPEN):
            state = scope["app"].state
            if scope["path"] in ASKED_AGAIN or not getattr(state, "has_office", False):
                state.has_office = await run_in_threadpool(has_office, state.engine)
            if not state.has_office and scope["path"] != START:
                await RedirectResponse(START, 303)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def has_office(engine: Engine) -> bool:
    """Whether the installation was set up."""
    with transaction(engine, write=False) as session:
        return session.exec(select(Office.id)).first() is not None


def office_removed(app: FastAPI) -> None:
    """The office of this installation is gone: look again."""
    app.state.has_office = False
