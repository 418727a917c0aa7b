"""One way for every form of this room: find the row, parse, try the deed, go on or show the page again with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from fastapi.responses import Response

from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, NotFound
from evalplat.web.forms import Model
from evalplat.web.render import Context

Row = TypeVar("Row")


def attempt(ctx: Context, form: type[Model], deed: Callable[[Model], object]) -> dict[str, str]:
    """Do ``deed`` with the posted form; the errors by field, empty when it was done."""
    checked = ctx.parse(form)
    if checked.model is None:
        return checked.errors
    try:
        deed(checked.model)
    except Invalid as error:
        return ctx.refused(error)
    return {}


def files_of(ctx: Context, name: str) -> list[tuple[str, bytes]]:
    """The posted files of a field that were really chosen."""
    return [(upload.name, upload.data) for key, upload in ctx.posted.files if key == name and upload.name]


def named(pairs: Iterable[tuple[Row, Finding]], slug: str) -> tuple[Row, Finding]:
    """The row whose finding an address names; for the person it does not exist if it is not among ``pairs``."""
    found = next((pair for pair in pairs if pair[1].code.lower() == slug.lower()), None)
    if found is None:
        raise NotFound
    return found


def answer(ctx: Context, errors: dict[str, str], *, again: Callable[[dict[str, str]], Response], to: str, said: str) -> Response:
    """The page again with its errors (422), or on to ``to`` (303) with a sentence."""
    return again(errors) if errors else ctx.see(to, said=said)
