"""One way for every form of this room: parse, try the deed, give back the errors that belong beside its fields."""

from __future__ import annotations

from collections.abc import Callable

from evalplat.kernel.errors import Invalid
from evalplat.web.forms import Model
from evalplat.web.render import Context


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
