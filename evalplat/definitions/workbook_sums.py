"""The live sums of the sheet of indicators: points or weights below each block, red where they do not agree with the block."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from .tree_reading import parent_by_prefix
from .workbook_rows import Row
from .workbook_sheets import CHECK, Column
from .yamltext import Mapping, Node, word_at

SPARE = 100


def write_sums(file: Any, page: Any, root: Node, *, columns: tuple[Column, ...], rows: list[Row]) -> None:
    """A column with the parent of each row, and one with the sum below it (one a category where weights are used)."""
    method = word_at(root, "score", "method") or "points"
    if method == "none":
        return
    at = {column.path: number for number, column in reversed(list(enumerate(columns)))}
    letter = {path: xl_col_to_name(number) for path, number in at.items()}
    share = letter[("points",)] if method == "points" else letter[("weight",)]
    parent, last = len(columns), len(rows) + SPARE
    grey = file.add_format({"font_color": "#7F7F7F", "bg_color": "#F2F2F2", "num_format": "@"})
    sums = file.add_format({"font_color": "#7F7F7F", "bg_color": "#F2F2F2"})
    page.write_string(0, parent, f"{CHECK}：上级", grey)
    parents = _parents(rows)
    above = set(parents)
    for number, name in enumerate(parents, 1):
        page.write_string(number, parent, name, grey)
    groups = _categories(root) if method == "weights" else [""]
    spans = {name: f"${key}$2:${key}${last}" for name, key in
             {"parent": xl_col_to_name(parent), "share": share, "groups": letter[("categories",)]}.items()}  # fmt: skip
    for further, group in enumerate(groups, 1):
        column = parent + further
        page.write_string(0, column, f"{CHECK}：下级合计{group}", grey)
        for number, row in enumerate(rows, 1):
            if _id(row) and _id(row) in above:
                below = [one for one, name in zip(rows, parents, strict=True) if name == _id(row) and _meant(one, group)]
                value = sum(_share(one, method) for one in below)
                page.write_formula(number, column, _sum(spans, f"${letter[('id',)]}{number + 1}", group), sums, value)
    own = at[("points",)] if method == "points" else at[("weight",)]
    _redden(file, page, (own, share), first=parent + 1, groups=len(groups), last=last)


def _sum(spans: dict[str, str], own: str, group: str) -> str:
    """The shares of the rows whose parent is this one, and that are meant for the group."""
    below = f"--({spans['parent']}={own}&\"\")"
    if not group:
        return f"=SUMPRODUCT({below},{spans['share']})"
    listed = f'","&SUBSTITUTE(SUBSTITUTE({spans["groups"]}," ",""),"、",",")&","'
    meant = f'--((({spans["groups"]}="")+ISNUMBER(FIND(",{group},",{listed})))>0)'
    return f"=SUMPRODUCT({below},{meant},{spans['share']})"


def _meant(row: Row, group: str) -> bool:
    """The same as the formula says, for programs that show what was worked out before."""
    groups = [one.strip() for one in _cell(row, ("categories",)).strip("[]").replace("、", ",").split(",")]
    return not group or groups == [""] or group in groups


def _share(row: Row, method: str) -> float:
    value = next((cell.value for path, cell in row if path == ("points" if method == "points" else "weight",)), 0.0)
    return value if isinstance(value, float) else 0.0


def _redden(file: Any, page: Any, share: tuple[int, str], *, first: int, groups: int, last: int) -> None:
    red = file.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    wrong = []
    for number in range(groups):
        cell = f"${xl_col_to_name(first + number)}2"
        differs = ",".join(f"ABS({cell}-{right})>0.000001" for right in (f"${share[1]}2", "1", "100"))
        wrong.append(f"AND(ISNUMBER({cell}),{differs})")
    rule = {"type": "formula", "criteria": f"=AND(ISNUMBER(${share[1]}2),OR({','.join(wrong)}))", "format": red}
    page.conditional_format(1, share[0], last, share[0], rule)
    page.conditional_format(1, first, last, first + groups - 1, rule)


def _parents(rows: list[Row]) -> list[str]:
    """The id of the parent of each row, found as the loader finds it."""
    ids = {_id(row) for row in rows}
    return [_cell(row, ("parent",)) or parent_by_prefix(_id(row), ids) for row in rows]


def _id(row: Row) -> str:
    return _cell(row, ("id",))


def _cell(row: Row, path: tuple[str, ...]) -> str:
    return next((str(cell.value) for one, cell in row if one == path), "")


def _categories(root: Node) -> list[str]:
    node = root.get("categories") if isinstance(root, Mapping) else None
    names = [key.text for key, _ in node] if isinstance(node, Mapping) else []
    return [name for name in names if name.isascii() and '"' not in name][:20] or [""]
