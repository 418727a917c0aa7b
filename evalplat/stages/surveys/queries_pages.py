"""A page of the questionnaire as a frozen view: what is asked, what was answered, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evalplat.definitions import answers as checking
from evalplat.definitions.survey_model import Answer, Answers, Choice, Page, Question, Survey

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a matrix."""

    name: str
    label: str
    value: str

    @property
    def pair(self) -> tuple[str, str]:
        """As the component takes it."""
        return self.name, self.label


@dataclass(frozen=True, slots=True)
class Asked:
    """One question or note. ``look`` picks the component: note choice scale select range text input acknowledge matrix."""

    name: str
    look: str
    label: str
    hint: str = ""
    required: bool = False
    kind: str = "text"
    multiple: bool = False
    options: tuple[Option, ...] = ()
    apart: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    limit: int = 0
    low: int = 0
    high: int = 10
    step: int = 1
    error: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def value(self) -> str:
        """The one value of a question with one answer."""
        return self.values[0] if self.values else ""

    @property
    def cells(self) -> dict[str, str]:
        """The matrix's values by line."""
        return {row.name: row.value for row in self.rows}


@dataclass(frozen=True, slots=True)
class PageView:
    """One page: its place among the pages that are asked, and its questions."""

    name: str
    title: str
    hint: str
    here: int
    total: int
    notice: str
    asked: tuple[Asked, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    summary: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page that shows all answers before they are sent."""

    page: str
    label: str
    answer: str


def shown_pages(survey: Survey, answers: Answers) -> list[str]:
    """The pages that this person meets, given the answers so far."""
    with_questions = {question.page for question in checking.visible(survey, answers)}
    return [page.name for page in survey.pages if page.name in with_questions]


def page_view(survey: Survey, name: str, language: str, *, answers: Answers,
              typed: Mapping[str, Sequence[str]] | None = None, errors: Mapping[str, str] | None = None,
              everything: bool = False) -> PageView:
    """``typed``: what was typed on this page, shown instead of the stored answers. ``everything``: for the preview."""
    page = survey.page(name)
    listed = page.questions if everything else checking.visible(survey, answers, name)
    questions = [question for question in listed if question.kind != "calculate"]
    pages = [one.name for one in survey.pages] if everything else shown_pages(survey, answers)
    write = _Writer(survey, language, answers, dict(typed) if typed is not None else None, errors or {})
    notice = next((write.words(question) for question in questions if question.notice), "")
    asked = tuple(write.all([question for question in questions if not question.notice]))
    return PageView(name=name, title=survey.words(page.label, language, answers), hint=survey.words(page.hint, language, answers),
                    here=pages.index(name) + 1 if name in pages else 1, total=len(pages) + 1, notice=notice, asked=asked,
                    errors=dict(errors or {}),
                    summary=tuple((key, f"{write.words(survey.question(key))} {text}") for key, text in (errors or {}).items()))


@dataclass(frozen=True, slots=True)
class _Writer:
    survey: Survey
    language: str
    answers: Answers
    typed: dict[str, Sequence[str]] | None
    errors: Mapping[str, str]

    def words(self, question: Question) -> str:
        return self.survey.words(question.label, self.language, self.answers)

    def all(self, questions: Sequence[Question]) -> list[Asked]:
        """Every question in order; those of one table stand in one matrix."""
        found: list[Asked] = []
        tables: set[str] = set()
        for question in questions:
            if not self._in_table(question):
                found.append(self.one(question))
            elif question.section not in tables:
                tables.add(question.section)
                found.append(self.table(question.section, [q for q in questions if q.section == question.section]))
        return found

    def _in_table(self, question: Question) -> bool:
        section = self.survey.sections.get(question.section)
        return section is not None and "table-list" in section.appearance and question.kind == "select_one"

    def table(self, name: str, questions: list[Question]) -> Asked:
        section = self.survey.sections[name]
        rows = tuple(Row(q.name, self.words(q), "".join(self.values(q)[:1])) for q in questions)
        return Asked(name=f"table-{name}", look="matrix", label=self.survey.words(section.label, self.language, self.answers),
                     hint=self.survey.words(section.hint, self.language, self.answers), rows=rows,
                     required=any(q.required is not None for q in questions), options=self.options(questions[0]))

    def one(self, question: Question) -> Asked:
        options = self.options(question)
        apart: tuple[Option, ...] = ()
        look = look_of(question)
        if look == "scale" and question.choices:
            apart = tuple(option for option in options if question.points(option[0]) is None)
            options = tuple(option for option in options if option not in apart)
        start, end, step = (int(question.parameters.get(key, default)) for key, default in
                            (("start", "1"), ("end", "10"), ("step", "1")))
        return Asked(
            name=question.name, look=look, label=self.words(question),
            hint=self.survey.words(question.hint, self.language, self.answers), required=question.required is not None,
            kind={"integer": "number"}.get(question.kind, question.kind), multiple=question.kind == "select_multiple",
            options=options, apart=apart, values=self.values(question), limit=question.max_length, low=start, high=end,
            step=step, error=self.errors.get(question.name, ""))

    def options(self, question: Question) -> tuple[Option, ...]:
        choices: Sequence[Choice] = checking.options(self.survey, question, self.answers)
        return tuple((choice.name, self.survey.words(choice.label, self.language)) for choice in choices)

    def values(self, question: Question) -> tuple[str, ...]:
        if self.typed is not None:
            return tuple(self.typed.get(question.name, ()))
        return _parts(self.answers.get(question.name))


def _parts(answer: Answer | None) -> tuple[str, ...]:
    if answer is None:
        return ()
    return answer if isinstance(answer, tuple) else (answer,)


def look_of(question: Question) -> str:
    """Which component shows a question."""
    if question.kind == "note":
        return "note"
    if question.kind in ("range", "acknowledge"):
        return question.kind
    if question.kind == "select_one":
        return "select" if "minimal" in question.appearance else "scale" if question.scored else "choice"
    if question.kind == "select_multiple":
        return "choice"
    return "text" if question.kind == "text" and "multiline" in question.appearance else "input"


def lines_of(survey: Survey, answers: Answers, language: str) -> list[Line]:
    """All questions that were asked with their answers, in words."""
    found = []
    for question in checking.visible(survey, answers):
        if question.asked:
            said = survey.words({language: f"${{{question.name}}}"}, language, answers) if question.name in answers else ""
            found.append(Line(question.page, survey.words(question.label, language, answers), said))
    return found


def first_with(survey: Survey, names: Sequence[str]) -> Page:
    """The page of the first of these questions."""
    return survey.page(survey.question(names[0]).page)
