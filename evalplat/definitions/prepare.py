"""What is done to the figures of all units before scoring, in the order of the file: the ``prepare`` section, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .fields import NUMERIC, Field
from .reading import Reader
from .yamltext import Mapping as MappingNode
from .yamltext import Node, Scalar, suggestion

PREPARE_STEPS = ("divide", "impute", "screen", "outliers")
FILLINGS = ("mean", "median")
GROUPS = ("all", "category")
GROUP_STEPS = ("impute", "outliers")
"""Steps that look at the other units."""
_KEYS: dict[str, tuple[str, ...]] = {
    "divide": ("field", "by"),
    "impute": ("fields", "with", "of", "coverage"),
    "screen": ("fields", "coverage"),
    "outliers": ("fields", "most", "skewness", "kurtosis"),
}


@dataclass(frozen=True, slots=True)
class PrepareStep:
    """One step. ``figures``: the fields it changes, or counts (``screen``; empty: all that the indicators read).

    ``by`` is the denominator of ``divide``; ``filling`` and ``within`` say what ``impute`` puts in; ``coverage`` is the share of
    units (``impute``) or of figures (``screen``) that must be there; ``pulled``, ``skewness`` and ``kurtosis`` belong to ``outliers``.
    """

    step: str
    figures: tuple[str, ...] = ()
    by: str = ""
    filling: str = "mean"
    within: str = "all"
    coverage: Fraction = Fraction(0)
    pulled: int = 5
    skewness: Fraction = Fraction(2)
    kurtosis: Fraction = Fraction(7, 2)
    line: int = 0

    @property
    def title(self) -> str:
        """Which figures it is about."""
        return ", ".join(self.figures)

    @property
    def compares(self) -> bool:
        """True if what becomes of a unit's figures depends on the other units."""
        return self.step in GROUP_STEPS


def preparable(fields: Iterable[Field]) -> tuple[str, ...]:
    """Those that a step can read and change: numbers that exist once a unit."""
    return tuple(one.id for one in fields if one.type in NUMERIC and not one.in_rows)


def read_prepare(reader: Reader, body: MappingNode, fields: Mapping[str, Field]) -> tuple[PrepareStep, ...]:
    """The steps under ``prepare``; whatever is wrong in one of them is reported at its place, and reading goes on."""
    found = [_step(reader, node, fields, body) for node in reader.items(body.get("prepare"))]
    return tuple(one for one in found if one is not None)


def _step(reader: Reader, node: Node, fields: Mapping[str, Field], body: MappingNode) -> PrepareStep | None:
    entry = reader.mapping(node)
    if entry is None:
        return None
    kind = reader.word(entry, "step", required=True)
    if kind not in _KEYS:
        if kind:
            reader.error("E124", '"{word}" is not possible for "{key}". {guess}', entry.get("step"), word=kind, key="step",
                         guess=suggestion(kind, PREPARE_STEPS), known=", ".join(PREPARE_STEPS), hint="Known: {known}.")
        return None
    reader.mapping(entry, known=("step", *_KEYS[kind]))
    return PrepareStep(
        kind,
        _figures(reader, entry, kind, fields),
        _denominator(reader, entry, fields) if kind == "divide" else "",
        _filling(reader, entry) if kind == "impute" else "mean",
        _within(reader, entry, body) if kind == "impute" else "all",
        _coverage(reader, entry, required=kind == "screen") if kind in ("impute", "screen") else Fraction(0),
        reader.whole(entry, "most", 5, most=1000) if kind == "outliers" else 5,
        _limit(reader, entry, "skewness", Fraction(2)),
        _limit(reader, entry, "kurtosis", Fraction(7, 2)),
        entry.where.line,
    )


def _figures(reader: Reader, entry: MappingNode, kind: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The fields that the step names, each a number that exists once a unit, each once."""
    name = _KEYS[kind][0]
    nodes = reader.words(entry, name)
    if not nodes and (kind != "screen" or name in entry):
        reader.error("E123", 'The key "{key}" is missing.', entry.get(name) or entry, key=name, hint="Write it.")
    found: list[str] = []
    for node in nodes:
        if node.text in found:
            reader.error("E145", 'The step names the field "{field}" twice.', node, field=node.text, hint="Name it once.")
        elif _known(reader, node, fields):
            found.append(node.text)
    return tuple(found)


def _denominator(reader: Reader, entry: MappingNode, fields: Mapping[str, Field]) -> str:
    below, above = reader.word(entry, "by", required=True), reader.word(entry, "field")
    node = entry.get("by")
    if not below or not isinstance(node, Scalar) or not _known(reader, node, fields):
        return ""
    if below == above:
        reader.error("E145", 'The field "{field}" is divided by itself.', node, field=below, hint="Name another field after by.")
    return below


def _known(reader: Reader, node: Scalar, fields: Mapping[str, Field]) -> bool:
    """Whether the field is there and can be prepared; reported otherwise, with the field that may be meant."""
    one = fields.get(node.text)
    usable = preparable(fields.values())
    if one is None:
        reader.error("E105", 'The {what} "{word}" is not known. {guess}', node, what="field", word=node.text,
                     guess=suggestion(node.text, usable), hint="Name it under fields, or correct the step.")
    elif one.in_rows:
        reader.error("E144", 'The field "{field}" exists once a row and cannot be prepared.', node, field=node.text,
                     hint="Only fields that exist once a unit can.")
    elif one.type not in NUMERIC:
        reader.error("E144", 'The field "{field}" is no number ({type}) and cannot be prepared.', node, field=node.text, type=one.type,
                     hint="Only fields of the types integer, number and percent can.")
    return node.text in usable


def _filling(reader: Reader, entry: MappingNode) -> str:
    if not reader.word(entry, "with", required=True):
        return FILLINGS[0]
    return reader.choice(entry, "with", FILLINGS, FILLINGS[0])


def _within(reader: Reader, entry: MappingNode, body: MappingNode) -> str:
    within = reader.choice(entry, "of", GROUPS, GROUPS[0])
    if within == "category" and "categories" not in body:
        reader.error("E145", "The file has no categories from which a gap could be filled.", entry.get("of"),
                     hint="Write of: all, or name the categories.")
    return within


def _coverage(reader: Reader, entry: MappingNode, *, required: bool) -> Fraction:
    share = reader.number(entry, "coverage", Fraction(0), required=required)
    if share is not None and 0 <= share <= 1:
        return share
    reader.error("E111", 'The coverage must be between 0 % and 100 %: "{text}".', entry.get("coverage"),
                 text=reader.word(entry, "coverage"), hint="Write for example 65%.")
    return Fraction(0)


def _limit(reader: Reader, entry: MappingNode, name: str, default: Fraction) -> Fraction:
    if name not in _KEYS.get(reader.word(entry, "step"), ()):
        return default
    limit = reader.number(entry, name, default)
    if limit is None or limit <= 0:
        reader.error("E128", 'The limit "{key}" must be above 0.', entry.get(name), key=name, hint="Leave it out for the usual {usual}.",
                     usual="2" if name == "skewness" else "3.5")
        return default
    return limit


def check_prepare(reader: Reader, steps: Iterable[PrepareStep], body: MappingNode, *, read: Iterable[str], relative: bool) -> None:
    """What only the whole file shows: figures that nobody reads (``read``: those of the formulas), and units compared unsaid."""
    steps = tuple(steps)
    used = {*read, *(one.by for one in steps)}
    for entry, one in _placed(reader, steps, body):
        for name in reader.words(entry, _KEYS[one.step][0]) if one.step != "screen" else ():
            if name.text in one.figures and name.text not in used:
                reader.error("W205", 'No indicator reads "{field}", so that this step changes nothing.', name, severity="warning",
                             field=name.text, hint="Leave it out, or correct the field.")
    comparing = [one for one in steps if one.compares]
    if comparing and not relative:
        reader.error("E138", "The steps {steps} of prepare compare units, but the file does not say so.",
                     body.key("relative") or body.key("prepare") or body, steps=", ".join(dict.fromkeys(one.step for one in comparing)),
                     hint="Write relative: true; the units are then scored together.")


def _placed(reader: Reader, steps: tuple[PrepareStep, ...], body: MappingNode) -> Iterable[tuple[MappingNode, PrepareStep]]:
    """Each step with its entry; none if an entry could not be read."""
    nodes = [node for node in reader.items(body.get("prepare")) if isinstance(node, MappingNode)]
    return zip(nodes, steps, strict=True) if len(nodes) == len(steps) else ()
