"""The language of a request, from its cookie; the installation's own where none was chosen.

Set around the whole request: a thread's own setting would not reach the next.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from evalplat.kernel.i18n import speaking
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
        with speaking(_chosen(Headers(scope=scope).get("cookie", ""))):
            await self.app(scope, receive, send)


def _chosen(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        found = None
    return found.value if found else settings().language
