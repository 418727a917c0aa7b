"""Texts for people: English ids in the code, one catalogue file an area, read at start-up without a compile step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = {"zh": "zh_CN", "en": "en"}
DEFAULT = "zh"
_COUNTED = re.compile(r"\{(\w+)\} [a-z]")

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def N_(message: str) -> str:  # noqa: N802 - the field's own name for marking a text
    """Mark a text for the catalogue without translating it here."""
    return message


@lru_cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """All texts of a language, from every area's file; for English, where the ids are the texts, the forms for one."""
    texts: dict[str, tuple[str, ...]] = {}
    for path in sorted((LOCALE_DIR / LANGUAGES[language]).glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=LANGUAGES[language]):
                if not message.id or not message.string:
                    continue
                key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                value = message.string
                texts[key] = tuple(value) if isinstance(value, tuple | list) else (value,)
    return texts


def language() -> str:
    """The language of the present request."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Inside, texts come in ``code`` ("zh" or "en")."""
    token = _language.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def set_language(code: str) -> None:
    """Set it for the rest of this context (one request)."""
    _language.set(code if code in LANGUAGES else DEFAULT)


def gettext(message: str, **params: object) -> str:
    """The text in the present language; ``{name}`` placeholders are filled from ``params``."""
    found = catalogue(language()).get(message)
    text = found[0] if found and found[0] and (language() != "en" or _is_one(message, params)) else message
    return text.format(**params) if params else text


def _is_one(message: str, params: Mapping[str, object]) -> bool:
    """Whether what an English text counts ("{n} days …": its first number before a word) is one."""
    counted = _COUNTED.search(message)
    return counted is not None and str(params.get(counted[1])) == "1"


def listed(names: Iterable[str]) -> str:
    """Names after one another: 甲、乙 in Chinese, A, B in English."""
    return gettext(", ").join(names)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The text for ``count`` things (Chinese has one form)."""
    found = catalogue(language()).get(singular)
    if found and found[0]:
        return found[0]
    return singular if count == 1 else plural
