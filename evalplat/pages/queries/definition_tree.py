"""An indicator system as a tree to be read, and a questionnaire in the words that respondents see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evalplat.definitions.indicators import Band, IndicatorSystem, Leaf, Node, Rule
from evalplat.definitions.survey_model import Page, Question, Survey
from evalplat.kernel.i18n import N_, gettext, language

from .definitions import plain

RULES: dict[str, str] = {
    "bands": N_("Points by bands of a figure"), "levels": N_("Level given by the assessors"), "linear": N_("Points along a line"),
    "deduct": N_("Deduction for each case"), "survey": N_("Result of a survey"), "formula": N_("Points by a formula"),
    "goalposts": N_("Place between two fixed ends"), "threshold": N_("Full points from a bound on"), "fixed": N_("The same points for all"),
    "top_box": N_("Share of the best answers in a survey"), "blend": N_("Several sources together"),
    "first": N_("The first source that has a value"), "target": N_("Way to a target"),
}
RELATIVE = N_("Place among its category")
TESTS: dict[str, str] = {"from": "≥ {bound}", "above": "> {bound}", "to": "≤ {bound}", "below": "< {bound}"}


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One indicator: full mark, how it is scored, steps as pairs (when, points)."""

    code: str
    title: str
    points: str
    dimension: str
    rule: str
    formula: str
    note: str
    evidence: str
    steps: tuple[tuple[str, str, str], ...]
    sources: str


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block with what stands below it."""

    code: str
    title: str
    points: str
    blocks: tuple[BlockLine, ...]
    leaves: tuple[LeafLine, ...]


@dataclass(frozen=True, slots=True)
class SystemTree:
    """The whole system."""

    blocks: tuple[BlockLine, ...]
    adjustments: tuple[tuple[str, str, str], ...]
    vetoes: tuple[tuple[str, str, str], ...]
    grades: tuple[tuple[str, str, str], ...]
    leaf_count: int


def tree_of(system: IndicatorSystem) -> SystemTree:
    """Read a system from the top."""
    lang = language()
    tops = tuple(_block(system, one, lang) for one in system.children("") if isinstance(one, Node))
    adjustments = tuple((one.code, one.title.in_language(lang), gettext(", ").join(
        f"{gettext(name) if name else ''} {plain(value)}".strip() for name, value in one.points.items()) + (
            gettext(", at most {points}", points=plain(one.cap)) if one.cap is not None else "")) for one in system.adjustments)
    vetoes = tuple((one.code, one.title.in_language(lang), system.grade(one.grade_at_most).title.in_language(lang))
                   for one in system.vetoes)
    grades = tuple((grade.title.in_language(lang), gettext("from {points}", points=plain(grade.start)) if grade.start is not None
                    else gettext("below"), f"{plain(grade.quota * 100)}%" if grade.quota is not None else "") for grade in system.grades)
    return SystemTree(tops, adjustments, vetoes, grades, len(system.leaves))


def _block(system: IndicatorSystem, node: Node, lang: str) -> BlockLine:
    below = system.children(node.code)
    total = sum((leaf.points for leaf in system.leaves_under(node.code)), Fraction(0))
    return BlockLine(node.code, node.title.in_language(lang), plain(total),
                     tuple(_block(system, one, lang) for one in below if isinstance(one, Node)),
                     tuple(_leaf(system, one, lang) for one in below if isinstance(one, Leaf)))


def _leaf(system: IndicatorSystem, leaf: Leaf, lang: str) -> LeafLine:
    dimension = system.dimensions.get(leaf.dimension)
    sources = gettext(", ").join(system.sources[key].in_language(lang) if key in system.sources else key for key in leaf.sources)
    formula = leaf.rule.value.text if leaf.rule.value else ""
    return LeafLine(leaf.code, leaf.title.in_language(lang), plain(leaf.points), dimension.in_language(lang) if dimension else "",
                    gettext(RULES.get(leaf.rule.type, RELATIVE)), formula, leaf.note.in_language(lang),
                    leaf.evidence.in_language(lang), tuple(_steps(leaf.rule, lang)), sources)


def _steps(rule: Rule, lang: str) -> list[tuple[str, str, str]]:
    """(when, points, words) of bands, points of a line, or levels."""
    found = [(_when(band), plain(band.points), "") for band in rule.bands]
    found += [(plain(x), plain(y), "") for x, y in rule.points]
    return found + [(level.key, plain(level.points), level.text.in_language(lang)) for level in rule.levels]


def _when(band: Band) -> str:
    return gettext("else") if band.test == "else" else TESTS[band.test].format(bound=plain(band.bound))


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question as it is asked."""

    name: str
    kind: str
    label: str
    hint: str
    options: tuple[tuple[str, str], ...]
    required: bool
    scored: bool
    limit: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page of a questionnaire."""

    label: str
    hint: str
    conditional: bool
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A questionnaire to be read."""

    group: str
    pages: tuple[PageLine, ...]
    questions: int
    minimum: int


def survey_view(survey: Survey) -> SurveyLine:
    """The pages in their order, in the present language."""
    pages = tuple(_page(survey, page) for page in survey.pages)
    return SurveyLine(survey.group, pages, sum(q.kind != "note" for page in pages for q in page.questions), survey.min_valid)


def _page(survey: Survey, page: Page) -> PageLine:
    lang = language()
    return PageLine(survey.words(page.label, lang), survey.words(page.hint, lang), page.relevant is not None,
                    tuple(_question(survey, one, lang) for one in page.questions if one.kind != "calculate"))


def _question(survey: Survey, question: Question, lang: str) -> QuestionLine:
    return QuestionLine(question.name, question.kind, survey.words(question.label, lang), survey.words(question.hint, lang),
                        tuple(_options(survey, question, lang)), question.required is not None, question.scored, question.max_length)


def _options(survey: Survey, question: Question, lang: str) -> Sequence[tuple[str, str]]:
    if question.choices is not None:
        return [(choice.name, survey.words(choice.label, lang)) for choice in question.choices.choices]
    return [(name, name) for name in question.options] if question.kind == "range" else []
