"""The application, put together from an explicit list: facts, jobs, rooms, pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine

from evalplat import __version__
from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import Settings, settings
from evalplat.kernel.templating import STATIC_DIR
from evalplat.rooms import register_all, routers
from evalplat.web import errors
from evalplat.web.first_start import FirstStart
from evalplat.web.language import Language
from evalplat.web.security import BodyLimit, CrossSiteCheck, SecurityHeaders


def create_app(engine: Engine | None = None, *, config: Settings | None = None,
               started: Callable[[FastAPI], None] | None = None) -> FastAPI:
    """The web application over ``engine`` (made from the settings unless given)."""
    config = config or settings()
    register_all()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if started:
            started(app)
        yield

    app = FastAPI(title="evalplat", version=__version__, docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=lifespan)
    app.state.engine = engine or make_engine(config.url)
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")
    for router in routers():
        app.include_router(router)
    errors.install(app)
    app.add_middleware(FirstStart)
    app.add_middleware(Language)
    app.add_middleware(CrossSiteCheck)
    app.add_middleware(BodyLimit, most=10 * config.upload_max_mb * 1024 * 1024)
    app.add_middleware(SecurityHeaders, https=config.secure_cookies)
    return app
