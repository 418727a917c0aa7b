"""Loads an indicator file: reads the text, builds the system, checks it as a whole, and reports everything in one run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from . import system_checks
from .comparisons import read_comparison
from .fields import Field, Table, Text, read_fields, read_tables
from .indicators import (
    MISSING_POLICIES,
    Adjustment,
    Grade,
    IndicatorSystem,
    MissingPolicy,
    Profile,
    RaterPolicy,
    ScorePolicy,
    SurveyGroup,
    Veto,
)
from .prepare import read_prepare
from .problems import Problem, Where, has_errors
from .reading import Reader
from .tree_reading import read_tree
from .yamltext import Mapping, Node, Scalar, as_plain, load_yaml, position

FORMAT = "1"
TOP_KEYS = (
    "format", "system", "version", "title", "score", "missing", "relative", "quotas", "categories", "profiles",
    "dimensions", "facts", "tables", "fields", "prepare", "sources", "raters", "surveys", "rules", "indicators", "compared",
    "adjust", "vetoes", "grades",
)  # fmt: skip
MAX_BYTES = 2_000_000
Loaded = tuple[IndicatorSystem | None, list[Problem]]


def load_system(path: str | Path, *, published: dict[str, str] | None = None) -> Loaded:
    """Load the indicator file at ``path``: the system (None if there is any error) and all problems in file order, double ids first.

    ``published`` maps ``"system version"`` to the hash of what was published under that number (E118).
    """
    return build_system(*read_tree_file(Path(path)), file=str(path), published=published)


def read_tree_file(path: Path) -> tuple[Node | None, list[Problem]]:
    """The node tree of a file, YAML or workbook (.xlsx), and what is wrong with its text or cells."""
    if path.suffix.lower() == ".xlsx":
        from .workbook_reading import load_workbook_file

        return load_workbook_file(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError("too large")
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = Where(str(path), data[: error.start].count(b"\n") + 1, 1)
        return None, [Problem("E100", "The file is not UTF-8.", where, hint="Save it as UTF-8.")]
    except ValueError:
        return None, [Problem("E120", "The file is too large.", Where(str(path)))]
    except OSError as error:
        reason = {"reason": error.strerror or str(error)}
        return None, [Problem("E100", "The file cannot be read: {reason}.", Where(str(path)), reason)]
    return load_yaml(text, str(path))


def parse_system(text: str, file: str = "", *, published: dict[str, str] | None = None) -> Loaded:
    """The same for a text, e.g. one that was uploaded."""
    return build_system(*load_yaml(text, file), file=file, published=published)


def build_system(root: Node | None, problems: list[Problem], *, file: str = "", published: dict[str, str] | None = None) -> Loaded:
    """The same for a node tree that was read, with the problems of its reading; None if it could not be read at all."""
    if root is None:
        return None, problems
    reader = Reader(problems)
    body = reader.mapping(root, known=TOP_KEYS)
    if body is None:
        return None, problems
    system = _System(reader, body).build(file)
    system_checks.check(reader, system, body)
    _check_published(reader, system, body, published)
    problems = sorted({(one.code, one.where, one.text()): one for one in problems}.values(), key=_first)
    return (None if has_errors(problems) else system), problems


def _first(problem: Problem) -> tuple[bool, tuple[str, str, int, int, str]]:
    """The order of the file; but an id that is there twice spoils what is told of the blocks above it, and stands before that."""
    return problem.code != "E101", position(problem)


def read_lock(path: Path) -> dict[str, str]:
    """The published versions in ``published.lock``: a line each, ``system version sha256``; ``#`` begins a comment."""
    if not path.is_file():
        return {}
    lines = [line.split("#")[0].split() for line in path.read_text(encoding="utf-8").splitlines()]
    return {f"{words[0]} {words[1]}": words[2] for words in lines if len(words) == 3}


def canonical_text(root: Node) -> str:
    """The content of a file without comments, order of keys, spaces and quotes: what the hash is taken of."""
    return json.dumps(as_plain(root), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _check_published(reader: Reader, system: IndicatorSystem, body: Mapping, published: dict[str, str] | None) -> None:
    before = (published or {}).get(f"{system.id} {system.version}")
    if before and before != system.hash:
        reader.error("E118", "Version {version} is already published with other content (sha256 {sha}…).",
                     body.get("version"), version=system.version, sha=before[:8], hint="Use a new version number.")


class _System:
    """Reads the blocks of one file."""

    def __init__(self, reader: Reader, body: Mapping) -> None:
        self.reader, self.body = reader, body

    def build(self, file: str) -> IndicatorSystem:
        reader, body = self.reader, self.body
        if reader.word(body, "format", required=True) not in (FORMAT, ""):
            reader.error("E129", 'The format "{format}" is not known.', body.get("format"),
                         format=reader.word(body, "format"), hint="This program reads format: 1.")
        tables = read_tables(reader, reader.mapping(body.get("tables")))
        fields = read_fields(reader, reader.mapping(body.get("fields")), tables)
        tables = {key: _with_fields(table, fields.values()) for key, table in tables.items()}
        score = self._score()
        canonical = canonical_text(body)
        return IndicatorSystem(
            id=reader.word(body, "system", required=True),
            version=reader.word(body, "version", required=True),
            title=reader.text(body.get("title")),
            score=score,
            missing=self._missing(),
            tree=read_tree(reader, body, score),
            fields=fields,
            tables=tables,
            facts=self._titles("facts"),
            categories=self._titles("categories"),
            profiles=self._profiles(),
            sources=self._titles("sources"),
            raters=self._raters(score),
            surveys=self._surveys(),
            dimensions=self._titles("dimensions"),
            adjustments=self._adjustments(),
            adjustment_order=self._order(),
            adjustment_caps=self._caps(),
            vetoes=self._vetoes(),
            grades=self._grades(),
            quotas=reader.truth(body, "quotas"),
            relative=reader.truth(body, "relative"),
            prepare=read_prepare(reader, body, fields),
            compared=read_comparison(reader, body.get("compared")),
            file=file,
            canonical=canonical,
            hash=hashlib.sha256(canonical.encode()).hexdigest(),
        )

    def _titles(self, name: str) -> dict[str, Text]:
        found = self.reader.mapping(self.body.get(name))
        return {key.text: self._title(value, key) for key, value in found or ()}

    def _title(self, value: Node, key: Scalar) -> Text:
        if isinstance(value, Mapping) and "title" in value:
            self.reader.mapping(value, known=("title", "kind", "evidence"))
            return self.reader.text(value.get("title"), key)
        return self.reader.text(value, key)

    def _score(self) -> ScorePolicy:
        reader = self.reader
        known = ("method", "min", "max", "decimals", "rounding", "round_at", "rank_on", "ties", "combine")
        body = reader.mapping(self.body.get("score"), known=known)
        if body is None:
            return ScorePolicy()
        reader.choice(body, "rounding", ("half_up",), "half_up")
        return ScorePolicy(
            reader.choice(body, "method", ("points", "weights", "none"), "points"),
            reader.number(body, "min", Fraction(0)) or Fraction(0),
            reader.number(body, "max", Fraction(100)) or Fraction(100),
            reader.whole(body, "decimals", 2, most=6),
            reader.choice(body, "round_at", ("leaf", "total"), "leaf"),
            reader.choice(body, "rank_on", ("rounded", "exact"), "rounded"),
            reader.choice(body, "ties", ("same_rank_skip", "same_rank_dense"), "same_rank_skip"),
            reader.choice(body, "combine", ("arithmetic", "geometric", "harmonic", "min"), "arithmetic"),
        )

    def _missing(self) -> MissingPolicy:
        reader = self.reader
        body = reader.mapping(self.body.get("missing"), known=("default", "min_coverage"))
        if body is None:
            return MissingPolicy()
        coverage = reader.number(body, "min_coverage", Fraction(4, 5))
        if coverage is None or not 0 <= coverage <= 1:
            reader.error("E111", 'min_coverage must be between 0 % and 100 %: "{text}".', body.get("min_coverage"),
                         text=reader.word(body, "min_coverage"), hint="Write for example 80%.")
            coverage = Fraction(4, 5)
        return MissingPolicy(reader.choice(body, "default", MISSING_POLICIES, "not_scored"), coverage)

    def _profiles(self) -> dict[str, Profile]:
        found: dict[str, Profile] = {}
        for key, value in self.reader.mapping(self.body.get("profiles")) or ():
            body = self.reader.mapping(value, known=("title", "points"))
            if body is None:
                continue
            points = self.reader.mapping(body.get("points")) or ()
            numbers = {leaf.text: self.reader.number_of(node) or Fraction(0) for leaf, node in points}
            found[key.text] = Profile(key.text, self.reader.text(body.get("title"), key), numbers)
        return found

    def _raters(self, score: ScorePolicy) -> dict[str, RaterPolicy]:
        found: dict[str, RaterPolicy] = {}
        keys = ("title", "count", "minimum", "combine", "alert_spread", "above_spread")
        for key, value in self.reader.mapping(self.body.get("raters")) or ():
            body = self.reader.mapping(value, known=keys)
            if body is None:
                continue
            count = self.reader.whole(body, "count", 2, least=1, most=50)
            found[key.text] = RaterPolicy(
                key.text,
                self.reader.text(body.get("title"), key),
                count,
                self.reader.whole(body, "minimum", count, least=1, most=count),
                self.reader.choice(body, "combine", ("mean", "median", "trimmed_mean"), "mean"),
                self.reader.number(body, "alert_spread", Fraction(1, 5)) or Fraction(0),
                self.reader.choice(body, "above_spread", ("lead", "alert"), "lead"),
            )
        return found

    def _surveys(self) -> dict[str, SurveyGroup]:
        found: dict[str, SurveyGroup] = {}
        for key, value in self.reader.mapping(self.body.get("surveys")) or ():
            body = self.reader.mapping(value, known=("title", "minimum", "questionnaire"))
            if body is not None:
                found[key.text] = SurveyGroup(key.text, self.reader.text(body.get("title"), key),
                                              self.reader.whole(body, "minimum", 0), self.reader.word(body, "questionnaire"))
        return found

    def _adjust(self) -> Mapping | None:
        return self.reader.mapping(self.body.get("adjust"), known=("order", "caps", "items"))

    def _order(self) -> tuple[str, ...]:
        allowed = ("bonus", "deduct", "clamp", "veto")
        body = self.body.get("adjust")
        node = body.get("order") if isinstance(body, Mapping) else None
        words = tuple(item.text for item in self.reader.items(node) if isinstance(item, Scalar))
        if node is None:
            return allowed
        if sorted(words) != sorted(allowed) or words[-1] != "veto":
            self.reader.error("E130", "The order must name bonus, deduct, clamp and veto once each, veto last.", node,
                              hint="Write [bonus, deduct, clamp, veto].")
            return allowed
        return words

    def _caps(self) -> dict[str, Fraction]:
        body = self._adjust()
        caps = self.reader.mapping(body.get("caps"), known=("bonus", "deduct")) if body else None
        return {key.text: self.reader.number_of(value) or Fraction(0) for key, value in caps or ()}

    def _adjustments(self) -> tuple[Adjustment, ...]:
        body, found = self.body.get("adjust"), []
        for node in self.reader.items(body.get("items")) if isinstance(body, Mapping) else ():
            item = self.reader.mapping(node, known=("id", "kind", "title", "points", "per", "cap", "evidence", "note"))
            if item is None:
                continue
            points = item.get("points")
            variants = points.entries if isinstance(points, Mapping) else ((None, points),) if points else ()
            found.append(
                Adjustment(
                    self.reader.word(item, "id", required=True),
                    self.reader.choice(item, "kind", ("bonus", "deduct"), "deduct"),
                    self.reader.text(item.get("title")),
                    {key.text if key else "": self.reader.number_of(value) or Fraction(0) for key, value in variants},
                    self.reader.word(item, "per"),
                    self.reader.number(item, "cap"),
                    item.where.line,
                )
            )
        return tuple(found)

    def _vetoes(self) -> tuple[Veto, ...]:
        found = []
        for node in self.reader.items(self.body.get("vetoes")):
            item = self.reader.mapping(node, known=("id", "title", "grade_at_most", "score_at_most", "note"))
            if item is not None:
                found.append(Veto(self.reader.word(item, "id", required=True), self.reader.text(item.get("title")),
                                  self.reader.word(item, "grade_at_most", required=True),
                                  self.reader.number(item, "score_at_most"), item.where.line))
        return tuple(found)

    def _grades(self) -> tuple[Grade, ...]:
        found = []
        for node in self.reader.items(self.body.get("grades")):
            item = self.reader.mapping(node, known=("from", "grade", "else", "title", "quota"))
            if item is None:
                continue
            last = "else" in item
            start = None if last else self.reader.number(item, "from", required=True)
            code = self.reader.word(item, "else" if last else "grade", required=True)
            title = self.reader.text(item.get("title"), Scalar(code, item.where))
            found.append(Grade(code, title, start, self.reader.number(item, "quota")))
        return tuple(found)


def _with_fields(table: Table, fields: Iterable[Field]) -> Table:
    return replace(table, fields=tuple(one for one in fields if one.table == table.id))
