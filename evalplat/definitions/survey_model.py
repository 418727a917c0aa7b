"""A questionnaire as the program holds it: pages, questions in frozen order, choice lists, dimensions.

Words follow XLSForm; what is ours (points, dimensions, respondents' group) stands in columns that begin with ``ep``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from .xpath import XPath

Text = Mapping[str, str]
"""Words by language, for instance ``{"zh": "非常满意", "en": "Very satisfied"}``."""

Answer = str | tuple[str, ...]
"""One answer: a text, or for ``select_multiple`` the chosen names in the order of the list."""

Answers = Mapping[str, Answer]

CLOSED_TYPES = frozenset({"select_one", "select_multiple", "range", "acknowledge"})
OPEN_TYPES = frozenset({"text", "integer", "decimal", "date", "time"})
SILENT_TYPES = frozenset({"note", "calculate"})
BITS = 6
"""Options of a ``select_multiple`` that one stored character holds."""
GROUPS = ("citizen", "recipient", "delegate", "counterpart", "staff")

FACTS: Mapping[str, Text] = {
    "unit": {"zh": "该单位", "en": "the unit"},
    "office": {"zh": "机构编制委员会办公室", "en": "The Office of the Establishment Commission"},
    "contact": {"zh": "12310", "en": "12310"},
    "retention": {"zh": "两年", "en": "two years"},
}
"""Names that ``${…}`` may put into a text besides questions, with the words used when the campaign gives none."""

_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option. ``points`` None means the option counts as missing (don't know, not applicable) or is not scored."""

    name: str
    label: Text
    points: Decimal | None = None
    satisfied: bool = False
    flag: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChoiceList:
    """A list of options. ``per_unit`` names the external list that replaces ``choices`` for a unit that has one."""

    name: str
    choices: tuple[Choice, ...]
    per_unit: str = ""
    limit: int = 0
    """How many options a filled list may have; the width of the stored code depends on it."""

    @cached_property
    def by_name(self) -> Mapping[str, Choice]:
        """Options by name."""
        return {choice.name: choice for choice in self.choices}

    def get(self, name: str) -> Choice | None:
        """The option with this name."""
        return self.by_name.get(name)

    @property
    def capacity(self) -> int:
        """The most options this list may ever have."""
        return max(self.limit, len(self.choices))


@dataclass(frozen=True, slots=True)
class Dimension:
    """A part of the score with its weight."""

    key: str
    label: Text
    weight: Decimal


@dataclass(frozen=True)
class Question:
    """One question, note or calculation."""

    name: str
    kind: str
    page: str
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    section: str = ""
    choices: ChoiceList | None = None
    required: XPath | None = None
    required_message: Text = field(default_factory=dict)
    conditions: tuple[XPath, ...] = ()
    """``relevant`` of the page, the section and the question: all must hold."""
    constraint: XPath | None = None
    constraint_message: Text = field(default_factory=dict)
    calculation: XPath | None = None
    choice_filter: XPath | None = None
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    max_length: int = 0
    scored: bool = False
    dimension: str = ""
    indicator: str = ""
    notice: bool = False

    @cached_property
    def closed(self) -> bool:
        """Answered from a list: stored as characters and tallied."""
        return self.kind in CLOSED_TYPES

    @cached_property
    def asked(self) -> bool:
        """Takes an answer at all."""
        return self.kind not in SILENT_TYPES

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The names that may be answered, in their order (closed questions)."""
        if self.kind == "acknowledge":
            return ("OK",)
        if self.kind == "range":
            return range_steps(self.parameters)
        return tuple(choice.name for choice in self.choices.choices) if self.choices else ()

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each option in the list."""
        return {name: index for index, name in enumerate(self.options)}

    @property
    def width(self) -> int:
        """How many characters a stored answer takes; see ``answer_codes``."""
        if self.kind != "select_multiple" or self.choices is None:
            return 1
        return -(-self.choices.capacity // BITS)

    def choice(self, name: str) -> Choice | None:
        """The option with this name."""
        return self.choices.get(name) if self.choices else None

    def points(self, name: str) -> Decimal | None:
        """The points of an option; None when it counts as missing."""
        choice = self.choice(name)
        return choice.points if choice else None


@dataclass(frozen=True, slots=True)
class Column:
    """Where a closed question stands in a stored answer."""

    question: Question
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Section:
    """A group inside a page, for instance a matrix (appearance ``table-list``)."""

    name: str
    label: Text
    hint: Text
    appearance: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page: a group of questions shown together."""

    name: str
    label: Text
    hint: Text
    questions: tuple[Question, ...]
    relevant: XPath | None = None


@dataclass(frozen=True)
class Survey:
    """A questionnaire. ``hash`` is the SHA-256 of the canonical form of its file and does not change with the unit."""

    key: str
    version: str
    hash: str
    title: Text
    group: str
    default_language: str
    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    sections: Mapping[str, Section]
    lists: Mapping[str, ChoiceList]
    dimensions: Mapping[str, Dimension]
    anonymity: str = "token"
    indicator: str = ""
    min_valid: int = 30
    min_answered: int = 60
    """Percent of the scored questions that a response must answer to count."""
    small_cell: int = 5
    overall: str = ""
    facts: Mapping[str, Text] = field(default_factory=lambda: FACTS)
    """Words for ``${unit}``, ``${office}``, ``${contact}`` and ``${retention}``."""
    file: str = ""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question, note and calculation in the frozen order."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        """Questions by name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def closed(self) -> tuple[Question, ...]:
        """The closed questions in the frozen order: the columns of a stored answer."""
        return tuple(question for question in self.questions if question.closed)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The layout of a stored answer. It depends on the file alone, not on the unit's own lists."""
        found: list[Column] = []
        start = 0
        for question in self.closed:
            found.append(Column(question, start, question.width))
            start += question.width
        return tuple(found)

    @cached_property
    def fact_words(self) -> Mapping[str, str]:
        """What ``${unit}`` and the other facts are inside expressions."""
        return {name: self.words(words) for name, words in self.facts.items()}

    @cached_property
    def scored(self) -> tuple[Question, ...]:
        """The questions that score, in order."""
        return tuple(question for question in self.questions if question.scored)

    @cached_property
    def unit_lists(self) -> frozenset[str]:
        """Names of the external lists that a unit may fill."""
        return frozenset(one.per_unit for one in self.lists.values() if one.per_unit)

    def question(self, name: str) -> Question:
        """The question with this name; KeyError if there is none."""
        return self.by_name[name]

    def page(self, name: str) -> Page:
        """The page with this name; KeyError if there is none."""
        for page in self.pages:
            if page.name == name:
                return page
        raise KeyError(name)

    def has_page(self, name: str) -> bool:
        """Whether there is a page with this name."""
        return any(page.name == name for page in self.pages)

    def for_unit(
        self,
        name: Text | str,
        lists: Mapping[str, Sequence[Choice]] | None = None,
        *,
        office: Text | str = "",
        contact: Text | str = "",
        retention: Text | str = "",
    ) -> Survey:
        """This survey about one unit: its name for ``${unit}``, its own lists in place of the fallbacks.

        ValueError if a list is empty, has more options than the file allows, or the same name twice.
        """
        given = {"unit": name, "office": office, "contact": contact, "retention": retention}
        facts = dict(self.facts)
        for key, words in given.items():
            if words:
                facts[key] = dict.fromkeys(self.languages, words) if isinstance(words, str) else words
        filled = {one.name: _fill(one, lists or {}) for one in self.lists.values()}
        pages = tuple(
            replace(page, questions=tuple(_refill(question, filled) for question in page.questions))
            for page in self.pages
        )
        return replace(self, facts=facts, lists=filled, pages=pages)

    def words(self, text: Text, language: str = "", answers: Answers | None = None) -> str:
        """``text`` in a language (else the default one), with ``${unit}`` and earlier answers put in. Not escaped."""
        found = text.get(language) or text.get(self.default_language) or next(iter(text.values()), "")
        return _REFERENCE.sub(lambda match: self._piped(match[1], language, answers or {}), found)

    def _piped(self, name: str, language: str, answers: Answers) -> str:
        if name in self.facts:
            words = self.facts[name]
            return words.get(language) or words.get(self.default_language) or next(iter(words.values()), "")
        answer = answers.get(name, "")
        question = self.by_name.get(name)
        parts = answer if isinstance(answer, tuple) else (answer,)
        labels = []
        for part in parts:
            choice = question.choice(part) if question else None
            labels.append(self.words(choice.label, language) if choice else part)
        return "、".join(labels) if language.startswith("zh") else ", ".join(labels)

    def choice_name(self, name: str, code: str, language: str = "") -> str:
        """The label of an option, for ``jr:choice-name``."""
        question = self.by_name.get(name)
        choice = question.choice(code) if question else None
        return self.words(choice.label, language) if choice else code


def references(text: str) -> list[tuple[str, int]]:
    """The names that ``${…}`` puts into a text, with their offsets."""
    return [(match[1], match.start()) for match in _REFERENCE.finditer(text)]


def range_steps(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """The values of a ``range`` question (whole numbers) from its start, end and step."""
    start, end = int(parameters.get("start", "1")), int(parameters.get("end", "10"))
    return tuple(str(value) for value in range(start, end + 1, int(parameters.get("step", "1"))))


def _fill(one: ChoiceList, lists: Mapping[str, Sequence[Choice]]) -> ChoiceList:
    given = lists.get(one.per_unit) if one.per_unit else None
    if given is None:
        return one
    own = list(given)
    kept = [choice for choice in one.choices if choice.columns.get("ep_keep") == "yes"]
    names = [choice.name for choice in own + kept]
    if not own or len(names) > one.capacity or len(set(names)) != len(names):
        raise ValueError(f"list {one.per_unit!r} must have 1 to {one.capacity} options with different names")
    return replace(one, choices=(*own, *kept))


def _refill(question: Question, lists: Mapping[str, ChoiceList]) -> Question:
    return replace(question, choices=lists[question.choices.name]) if question.choices else question
