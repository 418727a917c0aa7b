"""The language of a request, from its cookie; the installation's own where none was chosen.

Set around the whole request: a thread's own setting would not reach the next.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from evalplat.kernel.i18n import LANGUAGES, speaking
from evalplat.kernel.settings import settings

COOKIE = "language"


class Language:
    """Pure ASGI: reads one cookie and speaks its language until the answer is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with speaking(_of(Headers(scope=scope).get("cookie", ""))):
            await self.app(scope, receive, send)


def chosen(cookie: str) -> str:
    """The language that the cookie's value names, else the installation's own."""
    return cookie if cookie in LANGUAGES else settings().language


def _of(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        found = None
    return chosen(found.value if found else "")
