"""The Jinja environment that pages share. Templates get frozen views: no query, no arithmetic."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evalplat.resources import templates_dir

from . import i18n
from .formats import FILTERS

STATIC_DIR = Path(__file__).resolve().parent.parent / "static"


@lru_cache
def static(path: str) -> str:
    """The address of a static file, with its content's hash so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC_DIR / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


@lru_cache
def environment() -> Environment:
    """Autoescaped, strict about names; ``_("… {name}", name=…)`` is the only way to a text."""
    env = Environment(
        loader=FileSystemLoader(templates_dir()), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    env.globals.update({"_": i18n.gettext, "ngettext": i18n.ngettext, "static": static, "language": i18n.language})
    env.filters.update(FILTERS | {"listed": i18n.listed})
    return env


def render(name: str, **context: object) -> str:
    """One page as text."""
    return environment().get_template(name).render(**context)


def has_block(name: str, block: str) -> bool:
    """Whether a page has a block of this name."""
    return block in environment().get_template(name).blocks


def render_block(name: str, block: str, **context: object) -> str:
    """One named block of a page: the fragment that htmx asked for."""
    template = environment().get_template(name)
    return "".join(template.blocks[block](template.new_context(context)))
