"""The charts of the documents: each is an option of pure JSON, a size, and a sentence that says what it shows.

The same option serves the page in the browser. Text must be exact: labels are strings made from the values.
Their words are those of the present language: Chinese in a document, the reader's on a page.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from evalplat.documents.chart_engine import CHART_FONT, draw
from evalplat.documents.numbering_format import points
from evalplat.documents.parts import BlockScore, CountLine, FindingCount
from evalplat.documents.parts_summary import CompareLine
from evalplat.kernel.i18n import N_, gettext

INK, QUIET, LINE = "#1d2329", "#4a545e", "#c9c6bd"
BLUE, PALE = "#1f4e8c", "#dfe6ef"
SEVERITIES = ((N_("minor"), "#b9c8dc"), (N_("major"), "#d99a2b"), (N_("critical"), "#b3261e"))
_TEXT = {"fontFamily": CHART_FONT, "color": INK, "fontSize": 13}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart before it is drawn."""

    key: str
    option: dict[str, Any]
    width: int
    height: int
    label: str

    def svg(self) -> str:
        """The drawing, ready to be set into a page."""
        return _drawn(json.dumps(self.option, ensure_ascii=False), self.key, self.width, self.height, self.label)

    def data_uri(self) -> str:
        """The drawing as an image address: faster in the PDF than SVG in the page."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg().encode()).decode()


@lru_cache(maxsize=256)
def _drawn(option: str, key: str, width: int, height: int, label: str) -> str:
    """The same option gives the same drawing, so it is drawn once."""
    return draw(json.loads(option), key, width=width, height=height, label=label)


def block_scores(blocks: Sequence[BlockScore]) -> Chart:
    """Points reached beside the points to be had, one bar a first-level indicator; gaps stay gaps."""
    reached = [float(block.points) if block.points is not None else None for block in blocks]
    said = [_pair(b.title, _reached(b)) for b in blocks]
    names = [b.title if b.points is not None else gettext("{name} ({value})", name=b.title, value=_reached(b)) for b in blocks]
    option = _frame(names=names, upright=False)
    option["series"] = [
        _bar(gettext("Full mark"), [float(b.max_points) for b in blocks], color=PALE, gap="-100%"),
        _bar(gettext("Points"), reached, color=BLUE),
    ]
    option["series"][1]["data"] = [
        _labelled(value, _reached(block)) for value, block in zip(reached, blocks, strict=True)
    ]
    option["series"][1]["label"] = {"show": True, "position": "insideLeft", "color": "#ffffff", "fontSize": 13}
    label = _sentence(gettext("Points and full marks of the first-level indicators"), said)
    return Chart(key="blocks", option=option, width=620, height=46 * len(blocks) + 60, label=label)


def distribution(lines: Sequence[CountLine]) -> Chart:
    """How many units lie in each band of the total."""
    option = _frame(names=[line.label for line in lines], upright=True)
    option["series"] = [_bar(gettext("Number of departments"), [line.count for line in lines], color=BLUE)]
    option["series"][0]["label"] = {"show": True, "position": "top", "color": INK, "fontSize": 13}
    said = [gettext("{name}: {n} departments", name=line.label, n=line.count) for line in lines]
    label = _sentence(gettext("Distribution of scores"), said)
    return Chart(key="distribution", option=option, width=620, height=290, label=label)


def findings_stacked(lines: Sequence[FindingCount]) -> Chart:
    """Findings by kind, the bar split by severity; a part of nothing has no label."""
    option = _frame(names=[line.category for line in lines], upright=False)
    counts = [[line.minor, line.major, line.critical] for line in lines]
    option["series"] = []
    for index, (name, color) in enumerate(SEVERITIES):
        series = _bar(gettext(name), [], color=color)
        series["stack"] = "findings"
        series["data"] = [_labelled(row[index], str(row[index]) if row[index] else "") for row in counts]
        ink = INK if index < 2 else "#ffffff"
        series["label"] = {"show": True, "position": "inside", "color": ink, "fontSize": 12}
        option["series"].append(series)
    option["legend"] = {"show": True, "top": 0, "left": "center", "textStyle": _TEXT, "itemWidth": 16}
    option["grid"]["top"] = 36
    said = [gettext("{name}: {n} findings", name=line.category, n=line.total) for line in lines]
    return Chart(key="findings", option=option, width=620, height=36 * len(lines) + 80, label=_sentence(gettext("Findings by kind"), said))


def compared(lines: Sequence[CompareLine]) -> Chart:
    """This campaign's mean rates beside the last one's, two bars an indicator."""
    option = _frame(names=[line.title for line in lines], upright=False)
    option["series"] = [_bar(gettext("Last time"), [], color="#b9c8dc"), _bar(gettext("Now"), [], color=BLUE)]
    for series, name in zip(option["series"], ("before", "now"), strict=True):
        values = [getattr(line, name) for line in lines]
        series["data"] = [_labelled(None if v is None else float(v), "" if v is None else points(v)) for v in values]
        series["label"] = {"show": True, "position": "right", "color": INK, "fontSize": 12}
        series["barWidth"] = "34%"
    option["xAxis"]["max"] = 100
    option["legend"] = {"show": True, "top": 0, "left": "center", "textStyle": _TEXT, "itemWidth": 16}
    option["grid"]["top"] = 36
    said = [_pair(line.title, f"{_figure(line.before)}→{_figure(line.now)}") for line in lines]
    label = _sentence(gettext("Compared with the last time"), said)
    return Chart(key="compared", option=option, width=620, height=44 * len(lines) + 70, label=label)


def steps(lines: Sequence[CountLine], *, title: str) -> Chart:
    """How many reached each step, one bar a step, in their order."""
    option = _frame(names=[line.label for line in lines], upright=False)
    option["series"] = [_bar(title, [line.count for line in lines], color=BLUE)]
    option["series"][0]["label"] = {"show": True, "position": "right", "color": INK, "fontSize": 13}
    said = [_pair(line.label, str(line.count)) for line in lines]
    return Chart(key="steps", option=option, width=620, height=34 * len(lines) + 50, label=_sentence(title, said))


def loads(lines: Sequence[tuple[str, int, int]], *, names: tuple[str, str], title: str) -> Chart:
    """For each name two parts of a whole: done and still open."""
    option = _frame(names=[name for name, _, _ in lines], upright=False)
    option["series"] = []
    for place, (name, color) in enumerate(zip(names, (BLUE, "#d99a2b"), strict=True), 1):
        series = _bar(name, [], color=color)
        series["stack"] = "loads"
        series["data"] = [_labelled(line[place], str(line[place]) if line[place] else "") for line in lines]  # type: ignore[misc]
        series["label"] = {"show": True, "position": "inside", "color": "#ffffff" if place == 1 else INK, "fontSize": 12}
        option["series"].append(series)
    option["legend"] = {"show": True, "top": 0, "left": "center", "textStyle": _TEXT, "itemWidth": 16}
    option["grid"]["top"] = 36
    said = [f"{_pair(name, _pair(names[0], str(a)))}{gettext(', ')}{_pair(names[1], str(b))}" for name, a, b in lines]
    return Chart(key="loads", option=option, width=620, height=36 * len(lines) + 80, label=_sentence(title, said))


def _pair(name: str, value: str) -> str:
    return gettext("{name} {value}", name=name, value=value)


def _sentence(title: str, said: Sequence[str]) -> str:
    """What is heard instead of the drawing."""
    return title + gettext(": ") + gettext("; ").join(said)


def _figure(value: Decimal | None) -> str:
    return "—" if value is None else points(value)


def _reached(block: BlockScore) -> str:
    if block.points is None:
        return gettext("not applicable") if block.state == "not_applicable" else gettext("no data")
    return f"{points(block.points)} / {block.max_points.normalize():f}"


def _frame(*, names: list[str], upright: bool) -> dict[str, Any]:
    label = {"fontFamily": CHART_FONT, "color": INK, "fontSize": 13}
    kinds = {
        "type": "category", "data": names, "axisLabel": label, "axisTick": {"show": False}, "inverse": not upright,
        "axisLine": {"lineStyle": {"color": LINE}},
    }
    values = {
        "type": "value", "minInterval": 1, "axisLabel": {**label, "color": QUIET, "fontSize": 12},
        "splitLine": {"lineStyle": {"color": "#e6e3dc"}}, "axisLine": {"show": False},
    }
    return {
        "textStyle": _TEXT,
        "grid": {"left": 8, "right": 40, "top": 20, "bottom": 8, "containLabel": True},
        "xAxis": kinds if upright else values,
        "yAxis": values if upright else kinds,
    }


def _bar(name: str, data: Sequence[Any], *, color: str, gap: str | None = None) -> dict[str, Any]:
    series = {"type": "bar", "name": name, "data": list(data), "itemStyle": {"color": color}, "barWidth": "52%"}
    return series | ({"barGap": gap} if gap else {})


def _labelled(value: float | None, text: str) -> dict[str, Any]:
    return {"value": value, "label": {"formatter": text.replace("{", "").replace("}", ""), "textBorderWidth": 0}}
