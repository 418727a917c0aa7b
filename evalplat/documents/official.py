"""Measures of the official page (GB/T 9704-2012) that depend on the text: size of the mark, lines of the title."""

import math
from datetime import date
from itertools import combinations, pairwise

from evalplat.documents.numbering_format import zh_date
from evalplat.documents.parts import OfficialHead

TEXT_WIDTH_MM = 156.0
PT_PER_MM = 72 / 25.4
MARK_MAX_PT = 62.0
LINE_MM = 225 / 22
SEALED_DATE_INDENT = 4
TITLE_CHARACTERS = 20
"""Characters of 22 pt that fit on a line of 156 mm."""
POSTER_WIDTH_MM, POSTER_MAX_PT, POSTER_CHARACTERS = 166.0, 44.0, 11

_BREAK_AFTER = ("关于", "印发", "开展", "的", "》", "办公室", "委员会", "管理局", "年度", "年", "局", "、")
_BREAK_BEFORE = ("关于", "印发", "《", "机构编制", "评估", "整改", "复核", "反馈", "情况", "结果", "综合")


def mark_of(head: OfficialHead) -> str:
    """The issuing body's mark: its name and 文件, as towns and counties print it."""
    return head.office_name if head.office_name.endswith("文件") else f"{head.office_name}文件"


def mark_size_pt(text: str) -> float:
    """Largest size at which the mark stays on one line of the text area, never above 62 pt."""
    return round(min(MARK_MAX_PT, TEXT_WIDTH_MM * PT_PER_MM / max(1, len(text)) - 1), 2)


def title_lines(title: str, limit: int = TITLE_CHARACTERS) -> tuple[str, ...]:
    """The title in centred lines, broken where the sense allows and shaped like a trapezium; `\\n` decides itself."""
    if "\n" in title:
        return tuple(line.strip() for line in title.split("\n") if line.strip())
    if len(title) <= limit:
        return (title,)
    count = -(-len(title) // limit)
    spots = [i for i in range(2, len(title) - 1) if _may_break(title, i)] or list(range(limit, len(title), limit))
    found = [_cut(title, cut) for wanted in (count, count + 1) for cut in combinations(spots, wanted - 1)]
    fitting = [lines for lines in found if all(len(line) <= limit for line in lines)]
    if not fitting:
        return tuple(title[i : i + limit] for i in range(0, len(title), limit))
    return min(fitting, key=_unevenness)


def poster_lines(title: str, name: str) -> tuple[str, ...]:
    """A poster's title never cuts the department's name: it stands whole, on a line of its own if it is long."""
    before, found, after = title.partition(name)
    if not found:
        return title_lines(title, POSTER_CHARACTERS)
    head = (before + name,) if len(before + name) <= POSTER_CHARACTERS else (before, name)
    return tuple(line.strip() for line in (*head, after) if line.strip())


def poster_size_pt(lines: tuple[str, ...]) -> float:
    """Largest size at which every line of a poster's title stays one line, never above 44 pt."""
    return round(min(POSTER_MAX_PT, POSTER_WIDTH_MM * PT_PER_MM / max(1, *map(len, lines)) - 0.5), 2)


def signature_is_wide(name: str, day: date | None) -> bool:
    """Whether the name, centred over a date that ends four characters from the right, would pass the text area."""
    figures = sum(character.isdigit() for character in zh_date(day)) if day else 6
    date_width = 3 + figures / 2
    return (len(name) - date_width) / 2 > SEALED_DATE_INDENT


def _may_break(title: str, at: int) -> bool:
    if title[at] in "》」）、，" or title[at - 1] in "《「（":
        return False
    return title.startswith(_BREAK_BEFORE, at) or title.endswith(_BREAK_AFTER, 0, at)


def _cut(title: str, cuts: tuple[int, ...]) -> tuple[str, ...]:
    edges = (0, *cuts, len(title))
    return tuple(title[a:b] for a, b in pairwise(edges))


def _unevenness(lines: tuple[str, ...]) -> tuple[int, int]:
    """Fewer lines first; then the closest lengths, with the long line not in the last place."""
    lengths = [len(line) for line in lines]
    hour_glass = 6 if len(lengths) == 3 and lengths[1] < min(lengths[0], lengths[2]) else 0
    return len(lines), max(lengths) - min(lengths) + hour_glass


def head_height_mm(mark_size: float) -> float:
    """Height of the red head: 35 mm, the mark, two lines, the number, 4 mm to the rule; rounded up to whole lines."""
    wanted = 35 + mark_size / PT_PER_MM + 2 * LINE_MM + LINE_MM + 1.7
    return round(math.ceil(wanted / LINE_MM - 0.05) * LINE_MM, 4)


def title_height_mm(lines: int, *, proof: bool) -> float:
    """Height of the title, in whole lines of the grid, so that the text below keeps to it."""
    wanted = lines * 13 + (LINE_MM if proof else 0)
    return round(math.ceil(wanted / LINE_MM) * LINE_MM, 4)
