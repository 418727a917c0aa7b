"""Access tokens: the security administrator makes and ends them. A token's secret is shown once, on the answer to its making."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from evalplat.access import tokens
from evalplat.access.acts import Act
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.kernel.i18n import N_, gettext
from evalplat.web import guard
from evalplat.web.render import Context, said

from .queries import api_tokens as queries

router = APIRouter()
ENDED = said(N_("The token is no longer in force."))
Gate = Annotated[Context, guard.office(Act.MANAGE_TOKENS)]


class TokenForm(BaseModel):
    """A new token."""

    user: str = Field(min_length=1, max_length=60)
    name: str = Field(min_length=1, max_length=80)
    scopes: list[str] = Field(min_length=1, max_length=10)
    expires_on: date


@router.get("/api/tokens")
def list_tokens(ctx: Gate) -> Response:
    """All tokens and the form for a new one."""
    return _page(ctx)


def _page(ctx: Context, *, errors: dict[str, str] | None = None) -> Response:
    return ctx.render("pages/api_tokens.html", status=422 if errors else 200, errors=errors or {}, values=ctx.posted.values(),
                      ticked=ctx.posted.list("scopes"), lines=queries.tokens_of(ctx.work), people=queries.holders(ctx.work),
                      scopes=[(key, gettext(text)) for key, text in tokens.SCOPES.items()])


@router.post("/api/tokens")
def make_token(ctx: Gate) -> Response:
    """A new token; the answer is its slip."""
    checked = ctx.parse(TokenForm)
    if checked.model is None:
        return _page(ctx, errors=checked.errors)
    form = checked.model
    user = queries.find_user(ctx.work, form.user)
    if user is None:
        return _page(ctx, errors={"user": gettext("Choose one of the options.")})
    try:
        row, secret = tokens.make(ctx.work, user, name=form.name, scopes=form.scopes, expires_on=form.expires_on)
    except Invalid as error:
        return _page(ctx, errors=ctx.refused(error))
    return ctx.render("pages/api_tokens_slip.html", token=row, user=user, secret=secret)


@router.post("/api/tokens/{code}/end")
def end_token(ctx: Gate, code: str) -> Response:
    """End a token at once."""
    row = queries.find_token(ctx.work, code)
    if row is None:
        raise NotFound
    tokens.revoke(ctx.work, row)
    return ctx.see("/api/tokens", said=ENDED)
