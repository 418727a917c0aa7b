"""Reads the rule of an indicator, whatever its type; what a type does not know is reported, not passed over."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from .indicators import PART_RULES, RULE_TYPES, SURVEY_RULES, Band, Level, Rule
from .numbers import number_text
from .reading import Reader
from .yamltext import Mapping, Node, Scalar

_TESTS = ("from", "above", "to", "below", "else")
_COMMON = ("type", "out_of", "value", "zero_if")
_KEYS = {
    "bands": ("bands",),
    "linear": ("points",),
    "levels": ("levels", "raters"),
    "deduct": ("start", "each", "floor"),
    "formula": (),
    "survey": ("survey", "scale"),
    "top_box": ("survey", "best"),
    "fixed": ("points",),
    "goalposts": ("low", "high", "better", "log", "capped"),
    "threshold": ("bound", "better", "partial", "partial_if"),
    "target": ("target", "within", "better", "capped"),
    **dict.fromkeys(("minmax", "zscore"), ("within", "better")),
    **dict.fromkeys(("rank", "percentile"), ("within", "better", "ties")),
    **dict.fromkeys(PART_RULES, ("parts", "alert_difference")),
}
_UNUSED = {"fixed": ("value",), **dict.fromkeys(("top_box", *PART_RULES), ("value", "zero_if"))}
_NO_VALUE = ("levels", "fixed", *SURVEY_RULES, *PART_RULES)


def read_rule(reader: Reader, node: Node, full: Fraction) -> Rule | None:
    """A rule; ``full`` is the full mark that counts when the rule says no ``out_of``. None if it is no mapping."""
    body = reader.mapping(node)
    if body is None:
        return None
    kind = reader.choice(body, "type", RULE_TYPES, "formula")
    if "type" in body and reader.word(body, "type") in RULE_TYPES:
        unused = _UNUSED.get(kind, ())
        reader.mapping(body, known=[key for key in (*_COMMON, *_KEYS[kind]) if key not in unused])
    out_of = reader.number(body, "out_of", full)
    if out_of is None or out_of <= 0:
        reader.error("E128", "The full mark of a rule must be above 0.", body.get("out_of") or body,
                     hint="Write out_of with the points that the rule can give.")
        out_of = Fraction(1)
    low, high = _scale(reader, body)
    return Rule(
        type=kind,
        out_of=out_of,
        value=reader.formula(body, "value", required=kind not in _NO_VALUE),
        zero_if=reader.formula(body, "zero_if"),
        bands=_bands(reader, body, out_of) if kind == "bands" else (),
        points=_line(reader, body, out_of) if kind == "linear" else (),
        levels=_levels(reader, body, out_of) if kind == "levels" else (),
        raters=reader.word(body, "raters"),
        start=reader.number(body, "start", out_of) or out_of,
        each=reader.number(body, "each", required=kind == "deduct") or Fraction(0),
        floor=reader.number(body, "floor", Fraction(0)) or Fraction(0),
        survey=reader.word(body, "survey", required=kind in SURVEY_RULES),
        scale=(low, high),
        within=reader.choice(body, "within", ("category", "all"), "category"),
        better=reader.choice(body, "better", ("high", "low"), "high"),
        ties=reader.choice(body, "ties", ("mean", "best", "worst"), "mean"),
        bound=_bound(reader, body, kind),
        partial=_partial(reader, body, kind, out_of),
        partial_if=reader.formula(body, "partial_if", required=kind == "threshold" and "partial" in body),
        ends=_goalposts(reader, body) if kind == "goalposts" else (Fraction(0), Fraction(1)),
        log=reader.truth(body, "log"),
        capped=reader.truth(body, "capped", default=True),
        best=reader.whole(body, "best", 1, least=1, most=20),
        given=_given(reader, body, out_of) if kind == "fixed" else Fraction(0),
        alert_difference=_difference(reader, body),
        line=body.where.line,
    )


def _bound(reader: Reader, body: Mapping, kind: str) -> Fraction:
    name = {"threshold": "bound", "target": "target"}.get(kind, "")
    return (reader.number(body, name, required=True) if name else None) or Fraction(0)


def _partial(reader: Reader, body: Mapping, kind: str, out_of: Fraction) -> Fraction:
    """Points for a value that misses the bound but meets ``partial_if``: one is nothing without the other."""
    if kind != "threshold":
        return Fraction(0)
    points = reader.number(body, "partial", required="partial_if" in body) or Fraction(0)
    check_points(reader, body.get("partial"), points, out_of)
    return points


def _goalposts(reader: Reader, body: Mapping) -> tuple[Fraction, Fraction]:
    low, high = reader.number(body, "low", required=True), reader.number(body, "high", required=True)
    if low is None or high is None:
        return Fraction(0), Fraction(1)
    if low >= high:
        reader.error("E127", 'The lower goalpost "{low}" must lie below the upper one "{high}".', body.get("low"),
                     low=number_text(low), high=number_text(high), hint="Write better: low if small values are good.")
        return Fraction(0), Fraction(1)
    if low <= 0 and reader.truth(body, "log"):
        reader.error("E139", 'A logarithm needs goalposts above 0, not "{low}".', body.get("low"), low=number_text(low),
                     hint="Raise low, or leave out log.")
        return Fraction(1), Fraction(2)
    return low, high


def _given(reader: Reader, body: Mapping, out_of: Fraction) -> Fraction:
    points = reader.number(body, "points", required=True) or Fraction(0)
    check_points(reader, body.get("points"), points, out_of)
    return points


def _difference(reader: Reader, body: Mapping) -> Fraction:
    share = reader.number(body, "alert_difference", Fraction(1, 5))
    if share is None or not 0 <= share <= 1:
        reader.error("E127", "The difference must be a share between 0 % and 100 %.", body.get("alert_difference"),
                     hint="Write for example 20%.")
        return Fraction(1, 5)
    return share


def _scale(reader: Reader, body: Mapping) -> tuple[Fraction, Fraction]:
    ends = [reader.number_of(one) for one in reader.items(body.get("scale"))]
    if not ends:
        return Fraction(0), Fraction(100)
    if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
        reader.error("E127", "A scale has two ends, the lower one first.", body.get("scale"), hint="Write [1, 5].")
        return Fraction(0), Fraction(100)
    return ends[0], ends[1]


def _bands(reader: Reader, body: Mapping, out_of: Fraction) -> tuple[Band, ...]:
    nodes = reader.items(body.get("bands"))
    if not nodes:
        reader.error("E123", 'The key "{key}" is missing.', body.get("bands") or body, key="bands", hint="Write it.")
    bands = [band for node in nodes if (band := _band(reader, node, out_of))]
    placed = list(zip(bands, nodes, strict=True)) if len(bands) == len(nodes) else []
    _check_order(reader, placed)
    if placed and bands[-1].test != "else":
        reader.error("E108", 'The last band must be "else".', nodes[-1], hint="Write {{else: 0}} as the last band.")
    return tuple(bands)


def _band(reader: Reader, node: Node, out_of: Fraction) -> Band | None:
    body = reader.mapping(node, known=(*_TESTS, "points"))
    tests = [name for name in _TESTS if body and name in body]
    if body is None or len(tests) != 1:
        reader.error("E122", "A band needs exactly one of from, above, to, below, else.", node,
                     hint="Write {{from: 0.95, points: 2}} or {{else: 0}}.")
        return None
    test = tests[0]
    bound = reader.number(body, test, required=True)
    points = bound if test == "else" else reader.number(body, "points", required=True)
    if bound is None or points is None:
        return None
    check_points(reader, body.get("else" if test == "else" else "points"), points, out_of)
    return Band(test, bound, points)  # type: ignore[arg-type]


def _check_order(reader: Reader, placed: list[tuple[Band, Node]]) -> None:
    """Bands are asked from first to last: ``from``/``above`` must fall, ``to``/``below`` rise, and not be mixed."""
    down = ("from", "above")
    for (before, _), (band, node) in pairwise(placed):
        if before.test == "else":
            reader.error("E107", 'A band stands after "else" and can never be reached.', node,
                         hint='Put "else" last.')
        elif band.test == "else":
            continue
        elif (band.test in down) != (before.test in down):
            reader.error("E107", "Bands from below and bands from above are mixed.", node,
                         hint="Use from/above with falling bounds, or to/below with rising bounds.")
        elif not _narrows(before, band, down):
            reader.error("E107", 'The band "{test} {bound}" comes after "{before}" and can never be reached.', node,
                         test=band.test, bound=number_text(band.bound), before=number_text(before.bound),
                         hint="Sort the bands: from/above falling, to/below rising.")


def _narrows(before: Band, band: Band, down: tuple[str, str]) -> bool:
    if band.bound == before.bound:
        return (before.test, band.test) in (("above", "from"), ("below", "to"))
    return (band.bound < before.bound) == (band.test in down)


def _line(reader: Reader, body: Mapping, out_of: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
    found: list[tuple[Fraction, Fraction]] = []
    nodes = reader.items(body.get("points"))
    for node in nodes:
        point = reader.mapping(node, known=("at", "points"))
        at = reader.number(point, "at", required=True) if point else None
        points = reader.number(point, "points", required=True) if point else None
        if point is None or at is None or points is None:
            continue
        check_points(reader, point.get("points"), points, out_of)
        if found and at <= found[-1][0]:
            reader.error("E106", "Points must increase from left to right: {at} comes after {before}.", point.get("at"),
                         at=number_text(at), before=number_text(found[-1][0]), hint="Sort them by at.")
        found.append((at, points))
    if len(nodes) < 2:
        reader.error("E123", "A line needs at least two points.", body.get("points") or body,
                     hint="Write [{{at: 0.6, points: 0}}, {{at: 1, points: 4}}].")
    return tuple(found)


def _levels(reader: Reader, body: Mapping, out_of: Fraction) -> tuple[Level, ...]:
    found: dict[str, Level] = {}
    node = body.get("levels")
    for item in reader.items(node):
        level = reader.mapping(item, known=("level", "points", "text"))
        key = reader.word(level, "level", required=True) if level else ""
        points = reader.number(level, "points", required=True) if level else None
        if level is None or not key or points is None:
            continue
        check_points(reader, level.get("points"), points, out_of)
        if key in found:
            reader.error("E101", 'The level "{level}" is written twice.', level.get("level"), level=key,
                         hint="Keep one of them.")
        found[key] = Level(key, points, reader.text(level.get("text")))
    if len(found) < 2:
        reader.error("E123", "A rubric needs at least two levels.", node or body,
                     hint="Write [{{level: A, points: 2, text: …}}, {{level: B, points: 0, text: …}}].")
    return tuple(found.values())


def check_points(reader: Reader, node: Node | None, points: Fraction, out_of: Fraction) -> None:
    """Points must lie between 0 and the full mark (E128)."""
    if not 0 <= points <= out_of:
        shown = node.text if isinstance(node, Scalar) else number_text(points)
        reader.error("E128", "{points} points lie outside 0 to {full}.", node, points=shown, full=number_text(out_of),
                     hint="The full mark of the rule is {full}.")
