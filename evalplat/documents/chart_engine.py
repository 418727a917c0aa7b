"""Draws a chart option (pure JSON) to SVG with the same library that draws it in the browser, without a browser.

The engine is made lazily in each process: a process forked after it was made would hang. It lives on a thread of its
own: made on a thread where an event loop runs, it would take that loop for its own and wait for it for ever. It is
closed when the process ends: left to the interpreter's last moments, it waits for threads that no longer run.
"""

import atexit
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from evalplat.documents.places import CHART_LIBRARY

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

CHART_FONT = "GW-HeiTi"
_TIMEOUT_SECONDS = 10.0
_MEMORY_BYTES = 256 * 1024 * 1024

_SHIM = """
var window = undefined, timers = [];
function setTimeout(run) { return timers.push(run); }
function clearTimeout() {}
function setInterval() { return 0; }
function clearInterval() {}
function requestAnimationFrame(run) { return timers.push(run); }
var console = {log: function () {}, warn: function () {}, error: function () {}};
"""

_DRAW = """
echarts.setPlatformAPI({measureText: function (text, font) {
  var size = parseFloat(/([\\d.]+)px/.exec(font || '12px') ? RegExp.$1 : 12), width = 0;
  for (var i = 0; i < text.length; i++) {
    var c = text.charCodeAt(i);
    width += c > 0x2e7f ? 1 : (c >= 48 && c <= 57 ? 0.555 : 0.52);
  }
  return {width: width * size};
}});
function draw(text) {
  var job = JSON.parse(text), chart = echarts.init(null, null,
    {renderer: 'svg', ssr: true, width: job.width, height: job.height});
  try {
    chart.setOption(Object.assign({animation: false}, job.option));
    return chart.renderToSVGString({useViewBox: true});
  } finally { chart.dispose(); }
}
"""


class ChartLibraryMissingError(RuntimeError):
    """The chart library was not copied by the build; the message says how to mend it."""


def draw(option: dict[str, Any], chart_id: str, *, width: int, height: int, label: str) -> str:
    """The chart as clean SVG for print: unique ids that do not change from run to run, and a name for readers."""
    job = json.dumps({"option": option, "width": width, "height": height}, ensure_ascii=False)
    process = os.getpid()
    svg = _thread(process).submit(_call, process, job).result()
    return clean_svg(svg, chart_id, label=label)


@lru_cache(maxsize=1)
def _thread(_process: int) -> ThreadPoolExecutor:
    """The engine's thread; the process number is the key, so that a forked child makes its own."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")


def _call(process: int, job: str) -> str:
    engine = _engine(process)
    return cast("str", engine.call("draw", job, timeout_sec=_TIMEOUT_SECONDS, max_memory=_MEMORY_BYTES))


@lru_cache(maxsize=1)
def _engine(process: int) -> "MiniRacer":
    library = library_text(CHART_LIBRARY)
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    atexit.register(_close, process, engine)
    for source in (_SHIM, library, _DRAW):
        engine.eval(source, timeout_sec=_TIMEOUT_SECONDS, max_memory=_MEMORY_BYTES)
    return engine


def _close(process: int, engine: "MiniRacer") -> None:
    if os.getpid() == process:
        engine.close()


def library_text(path: Path) -> str:
    """The chart library's source; a clear word to the operator when the build did not bring it."""
    if not path.is_file():
        raise ChartLibraryMissingError(
            f"{path} is missing, so charts cannot be drawn: run the build of the browser libraries first."
        )
    return path.read_text(encoding="utf-8")


def clean_svg(svg: str, chart_id: str, *, label: str) -> str:
    """Take out what print does not know, and give ids that are unique in the document and stable."""
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"', "", svg)
    svg = re.sub(r"<text[^>]*paint-order=\"stroke\"[^>]*>.*?</text>", _split_halo, svg, flags=re.DOTALL)
    svg = svg.replace(f"font-family:{CHART_FONT}", f"font-family:{CHART_FONT},sans-serif")
    svg = _renumber(svg, chart_id)
    name = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return re.sub(r"<svg([^>]*)>", rf'<svg\1 role="img" aria-label="{name}"><title>{name}</title>', svg, count=1)


def _split_halo(match: re.Match[str]) -> str:
    """A text with a halo becomes two: print draws the outline over the letters otherwise."""
    whole = match.group(0)
    halo = whole.replace(' paint-order="stroke"', "")
    letters = re.sub(r'\s(?:paint-order|stroke|stroke-width|stroke-linejoin)="[^"]*"', "", whole)
    return halo + letters


def _renumber(svg: str, chart_id: str) -> str:
    names: dict[str, str] = {}

    def name_of(match: re.Match[str]) -> str:
        return names.setdefault(match.group(0), f"{chart_id}-{len(names)}")

    return re.sub(r"\bzr\d+-[a-z]+\d*\b", name_of, svg)
