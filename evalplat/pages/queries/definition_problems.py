"""What is wrong with a definition, in the words of who has to mend it, with the place and the way there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evalplat.definitions.diff_words import ATTRIBUTES
from evalplat.definitions.outline import Outline
from evalplat.definitions.problems import Problem
from evalplat.kernel.i18n import N_, gettext

FORMULA = (
    N_("The formula ends too early."), N_("The formula has more than {limit} characters."), N_('"{sign}" has no meaning here.'),
    N_('"{sign}" is not expected here.'), N_("The formula is nested more than {limit} deep."), N_('There is no function "{name}".'),
    N_('The function "{name}" takes {least} to {most} values.'), N_('The function "{name}" does not work on rows.'),
    N_('"{name}" needs the rows of one table, as in {name}(T2: …).'), N_("Brackets are nested more than {limit} deep."),
    N_('Full-width "{sign}" is used; write it half-width.'),
)  # fmt: skip
THINGS: dict[str, str] = {
    "fact": N_("fact"), "category": N_("category"), "source": N_("source"), "indicator": N_("indicator"), "dimension": N_("dimension"),
    "survey group": N_("survey group"), "kind of raters": N_("kind of raters"), "field": N_("field"),
    "from": N_("reaches (≥)"), "above": N_("is above (＞)"), "to": N_("is at most (≤)"), "below": N_("is below (＜)"),
    "geometric": N_("geometric mean"), "harmonic": N_("harmonic mean"), "arithmetic": N_("weighted mean"), "min": N_("the lowest"),
    "worst": N_("the weakest"), "sum": N_("sum"),
}  # fmt: skip
_GUESS = re.compile(r'Did you mean "(.*)"\?\Z')
_GROUP = re.compile(r" for category (.*)\Z")


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What is wrong, and where: a line and column, or the cell of a sheet; ``code`` names an indicator, ``href`` leads to it."""

    code: str
    line: int
    column: int
    text: str
    hint: str
    error: bool
    cell: str = ""
    place: str = ""
    entry: str = ""
    href: str = ""


def in_words(problem: Problem, *, categories: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The sentence and what to do, in the present language; categories by their titles, if those are given by key."""
    params = {name: _said(name, value, categories or {}) for name, value in problem.params.items()}
    try:
        return gettext(problem.message).format(**params), gettext(problem.hint).format(**params) if problem.hint else ""
    except (KeyError, IndexError, ValueError):
        return problem.message, problem.hint


def problem_lines(problems: Iterable[Problem], *, outline: Outline | None = None, base: str = "") -> tuple[ProblemLine, ...]:
    """Problems as they are shown; with the outline of a draft and its address each finds its indicator and the form that mends it."""
    return tuple(_line(one, outline, base) for one in problems)


def _line(problem: Problem, outline: Outline | None, base: str) -> ProblemLine:
    text, hint = in_words(problem, categories=outline.category_titles if outline else None)
    where = problem.where
    entry = outline.place_of(where.line) if outline and where.line else ""
    found = outline.entry(entry) if outline and entry else None
    href = f"{base}/text?line={where.line}#lines" if base else ""
    place = gettext("line {line}, column {column}", line=where.line, column=where.column) if where.line else ""
    if where.sheet:
        place = gettext("sheet {sheet}, cell {cell}", sheet=where.sheet, cell=where.cell)
    if base and problem.code == "E102" and not problem.params.get("id"):
        entry, found, place, href = "", None, gettext("All indicators together"), f"{base}#tree"
    if found is not None and outline is not None:
        block = "-" if not found.parent and found.is_leaf else outline.top_of(entry)
        place, href = f"{entry} {found.title}", f"{base}/blocks/{block}#{entry}"
    return ProblemLine(problem.code, where.line, where.column, text, hint, problem.severity == "error",
                       f"{where.sheet}!{where.cell}" if where.sheet else "", place, entry if found else "", href)


def _said(name: str, value: object, categories: Mapping[str, str]) -> object:
    """A parameter as it reads: keys of the file by their names, parts that are English sentences in the present language."""
    text = str(value)
    guess, group = _GUESS.match(text), _GROUP.match(text)
    if name == "guess" and guess:
        return gettext('Did you mean "{word}"?', word=guess[1])
    if name == "group" and group:
        return gettext(" for category {group}", group=categories.get(group[1], group[1]))
    if name == "category":
        return categories.get(text, text)
    if name in ("what", "test", "combine", "how") and text in THINGS:
        return gettext(THINGS[text])
    if name == "key" and text in ATTRIBUTES:
        return gettext(ATTRIBUTES[text])
    if name == "reason":
        return _reason(text)
    return value


def _reason(text: str) -> str:
    """Why a formula cannot be read; other reasons are the words of a library and stay as they are."""
    for message in FORMULA:
        found = re.match(_pattern(message), text)
        if found:
            values: Mapping[str, str] = found.groupdict()
            return gettext(message).format(**values)
    return text


def _pattern(message: str) -> str:
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        again = name in seen
        seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.+)"

    return re.sub(r"\\\{(\w+)\\\}", group, re.escape(message))
