"""Where the documents find fonts and the chart library, in a checkout and in an installed wheel."""

from pathlib import Path

from evalplat import resources

_PACKAGE = Path(resources.__file__).resolve().parent

CHART_LIBRARY = resources.static_dir() / "vendor" / "echarts.min.js"
"""Copied from the pinned npm package by the build; never committed."""

FONTS_OF_BUILD = _PACKAGE.parent / "build" / "fonts"
FONTS_OF_PACKAGE = resources.static_dir() / "vendor" / "fonts"
