"""Finds the folders that lie beside the package: templates, indicator files and questionnaires.

In a checkout they are top-level folders, where authors look for them; a wheel carries them as
`evalplat/_data/`. Everybody asks here, so that an installed copy behaves like a checkout.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PACKED = _PACKAGE / "_data"
BROWSER_LIBRARIES = ("htmx.min.js", "echarts.min.js")


def templates_dir() -> Path:
    """The folder of the Jinja2 templates."""
    return _folder("templates")


def indicators_dir() -> Path:
    """The folder of the indicator systems, one file each."""
    return _folder("indicators")


def surveys_dir() -> Path:
    """The folder of the questionnaires, one file each."""
    return _folder("surveys")


def static_dir() -> Path:
    """The folder of style sheets, scripts and, under `vendor/`, the browser libraries."""
    return _PACKAGE / "static"


def locale_dir() -> Path:
    """The folder of the translations, one `.po` file for each area."""
    return _PACKAGE / "locale"


def migrations_dir() -> Path:
    """The folder of the Alembic history."""
    return _PACKAGE / "migrations"


def _folder(name: str) -> Path:
    packed = _PACKED / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def missing_libraries() -> list[str]:
    """The browser libraries that the set-up has not copied yet: without them no page can be shown."""
    return [name for name in BROWSER_LIBRARIES if not (static_dir() / "vendor" / name).is_file()]
