"""Explains a score so that a reader can repeat it with a calculator: raw value, arithmetic, sources, line of the file."""

from __future__ import annotations

from dataclasses import dataclass

from evalplat.definitions.indicators import IndicatorSystem

from .model import LeafResult, Result


@dataclass(frozen=True, slots=True)
class Explanation:
    """One leaf of one unit in plain pieces; ``text`` joins them without words of any language but the file's own."""

    unit: str
    leaf: LeafResult
    title: str = ""
    rule: str = ""

    @property
    def text(self) -> str:
        """For example ``C101 编制使用率: 38 ÷ 40 = 0.95 → 4; … = 3.14 (3.14 / 4) [T2.xlsx] system.yaml:210``."""
        leaf = self.leaf
        shown = "–" if leaf.points is None else f"{leaf.points:f}"
        state = leaf.reason if leaf.points is None else leaf.reason and f"{leaf.reason} → {leaf.treatment}"
        parts = [f"{leaf.code} {self.title}".strip() + ":", leaf.line, f"({shown} / {leaf.effective_max:f})"]
        parts += [state] if state else []
        parts += [f"[{', '.join(leaf.refs)}]"] if leaf.refs else []
        return " ".join(part for part in [*parts, self.rule] if part)


def explain(result: Result, unit: str, leaf: str, *, system: IndicatorSystem | None = None, language: str = "zh") -> Explanation:
    """The explanation of one leaf of one unit (KeyError if either is unknown); with the system also title and rule line."""
    found = result.unit(unit).leaf(leaf)
    if system is None:
        return Explanation(unit, found, rule=f":{found.rule_line}")
    title = system.leaf(leaf).title.in_language(language)
    return Explanation(unit, found, title, f"{system.file}:{found.rule_line}")
