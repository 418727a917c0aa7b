"""Checking of a citizen's answers on the server: nothing that a browser says is believed.

Options must be in the list, questions relevant, required ones answered, constraints true, texts short enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from .problems import Problem
from .survey_model import Answer, Answers, Choice, Question, Survey
from .xpath_functions import text as xpath_text

Posted = Mapping[str, Sequence[str]]
OWN_WORDS = "own"
"""Key in a problem's params under which the file's own message stands (words by language)."""

MAX_VALUES = 70

_INTEGER = re.compile(r"-?\d{1,12}\Z", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?\Z", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checked:
    """``answers``: everything that is valid and relevant. ``problems``: by question. ``dropped``: no longer asked."""

    answers: dict[str, Answer]
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    shown: frozenset[str] = frozenset()
    """The questions that are asked, for ``encode``: it need not find out again."""

    @property
    def ok(self) -> bool:
        """Whether the answers may be stored."""
        return not self.problems


class Step(NamedTuple):
    """One question while the form is walked: whether it is shown, and what expressions may read at that point."""

    question: Question
    shown: bool
    values: dict[str, Any]


def check(
    survey: Survey,
    posted: Posted,
    *,
    page: str | None = None,
    before: Answers | None = None,
    irrelevant: Literal["refuse", "drop"] = "refuse",
    now: datetime | None = None,
) -> Checked:
    """Check what was posted, for one page or (``page`` None) for the whole form.

    ``before`` holds the answers of the other pages; they are checked again, and what no longer holds is dropped.
    An answer to a question that is not asked is a problem, or with ``irrelevant="drop"`` left out. Fields that are no
    question are ignored. KeyError if there is no such page.
    """
    if page is not None:
        survey.page(page)
    answers: dict[str, Answer] = {}
    problems: dict[str, list[Problem]] = {}
    dropped: list[str] = []
    shown: set[str] = set()
    for step in _walk(survey, answers, now):
        question = step.question
        here = page is None or question.page == page
        given = _given(posted.get(question.name, ()) if here else _values((before or {}).get(question.name)))
        if not question.asked or (not step.shown and not given):
            continue
        if step.shown:
            shown.add(question.name)
        else:
            dropped.append(question.name)
            if here and irrelevant == "refuse":
                problems[question.name] = [
                    Problem("A104", "This question is not asked: take the answer out.")
                ]
            continue
        answer, problem = _check_one(survey, step, given, now)
        if answer:
            answers[question.name] = answer
        elif problem and here:
            problems[question.name] = [problem]
        elif problem and given:
            dropped.append(question.name)
    return Checked(answers, problems, tuple(dropped), frozenset(shown))


def problem_text(problem: Problem, language: str, translate: Callable[[str], str] = str) -> str:
    """What to show beside the field: the file's own words in the language, else the translated standard message."""
    own = problem.params.get(OWN_WORDS)
    if isinstance(own, Mapping) and own:
        return str(own.get(language) or next(iter(own.values())))
    return translate(problem.message).format(**problem.params)


def visible(survey: Survey, answers: Answers, page: str | None = None) -> tuple[Question, ...]:
    """Questions and notes that are shown (calculations never are), on one page or in the whole form."""
    return tuple(
        step.question
        for step in _walk(survey, answers)
        if step.shown and step.question.kind != "calculate" and page in {None, step.question.page}
    )


def options(survey: Survey, question: Question, answers: Answers) -> tuple[Choice, ...]:
    """The options of a question after its choice filter."""
    if question.choices is None:
        return ()
    for step in _walk(survey, answers):
        if step.question.name == question.name:
            return _offered(step)
    return question.choices.choices


def values(survey: Survey, answers: Answers) -> dict[str, Any]:
    """What ``${…}`` may read once all is answered: relevant answers, calculations and the unit's name."""
    found: dict[str, Any] = {}
    for step in _walk(survey, answers):
        found = step.values
    return found


def next_page(survey: Survey, answers: Answers, page: str | None = None) -> str | None:
    """The page to show after ``page`` (None: the first); None when the form is at its end."""
    return _neighbour(survey, answers, [one.name for one in survey.pages], page)


def previous_page(survey: Survey, answers: Answers, page: str | None = None) -> str | None:
    """The page to show before ``page`` (None: the last); None at the beginning."""
    return _neighbour(survey, answers, [one.name for one in reversed(survey.pages)], page)


def _neighbour(survey: Survey, answers: Answers, names: list[str], page: str | None) -> str | None:
    if page is not None and page not in names:
        raise KeyError(page)
    shown = {question.page for question in visible(survey, answers)}
    rest = names[names.index(page) + 1 :] if page is not None else names
    return next((name for name in rest if name in shown), None)


def _walk(survey: Survey, answers: Answers, now: datetime | None = None) -> Iterator[Step]:
    """Each question in order. ``answers`` may grow while the walk goes on; hidden questions count as unanswered."""
    seen: dict[str, Any] = dict(survey.fact_words)
    for question in survey.questions:
        shown = not question.conditions or all(
            one.holds(seen, choice_name=survey.choice_name, now=now) for one in question.conditions
        )
        if shown and question.calculation:
            seen[question.name] = question.calculation.evaluate(seen, choice_name=survey.choice_name, now=now)
        yield Step(question, shown, seen)
        if shown and question.asked and question.name in answers:
            seen[question.name] = answers[question.name]


def _values(answer: Answer | None) -> Sequence[str]:
    if answer is None:
        return ()
    return answer if isinstance(answer, tuple) else (answer,)


def _given(raw: Sequence[str]) -> list[str]:
    """The posted values, cleaned; blank ones are no answer."""
    found = raw[:MAX_VALUES] if isinstance(raw, list | tuple) else [str(raw)]
    return [value for value in (_clean(str(one)) for one in found) if value]


def _clean(value: str) -> str:
    """Text that any database can hold: no control characters, no lone surrogates, one kind of line end."""
    if value.isascii() and value.isprintable():
        return value.strip()
    value = value.encode("utf-8", "ignore").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    if not value.isprintable():
        value = "".join(one for one in value if one in "\n\t" or unicodedata.category(one) != "Cc")
    return unicodedata.normalize("NFC", value).strip()


def _check_one(
    survey: Survey, step: Step, given: list[str], now: datetime | None
) -> tuple[Answer | None, Problem | None]:
    question = step.question
    if not given:
        required = question.required and question.required.holds(
            step.values, choice_name=survey.choice_name, now=now
        )
        return None, _problem(
            "A101", "Please answer this question.", question.required_message
        ) if required else None
    parse = _closed_answer if question.closed else _open_answer
    answer, problem = parse(step, given)
    if answer is None or question.constraint is None:
        return answer, problem
    mine = {**step.values, question.name: answer}
    if question.constraint.holds(mine, current=answer, choice_name=survey.choice_name, now=now):
        return answer, None
    return None, _problem("A105", "This answer does not fit the question.", question.constraint_message)


def _problem(code: str, message: str, own: Mapping[str, str] | None = None, **params: object) -> Problem:
    return Problem(code, message, params={**params, OWN_WORDS: dict(own)} if own else params)


def _closed_answer(step: Step, given: list[str]) -> tuple[Answer | None, Problem | None]:
    question = step.question
    known = question.options
    if question.choice_filter:
        known = tuple(choice.name for choice in _offered(step))
    if not all(value in known for value in given):
        return None, _problem("A102", "Please choose one of the answers shown.")
    if question.kind == "select_multiple":
        chosen = set(given)
        return tuple(name for name in known if name in chosen), None
    if len(set(given)) > 1:
        return None, _problem("A103", "Please choose only one answer.")
    return given[0], None


def _offered(step: Step) -> tuple[Choice, ...]:
    question = step.question
    every = question.choices.choices if question.choices else ()
    keep = question.choice_filter
    if keep is None:
        return every
    return tuple(
        choice for choice in every if keep.holds(step.values, row={**choice.columns, "name": choice.name})
    )


def _open_answer(step: Step, given: list[str]) -> tuple[Answer | None, Problem | None]:
    question = step.question
    if len(given) > 1:
        return None, _problem("A103", "Please give only one answer.")
    value = given[0]
    if question.kind == "text":
        if len(value) > question.max_length:
            return None, _problem(
                "A106",
                "Please write at most {limit} characters; there are {count}.",
                limit=question.max_length,
                count=len(value),
            )
        return value, None
    value = unicodedata.normalize("NFKC", value).replace(" ", "")
    return _number_or_date(question.kind, value)


def _number_or_date(kind: str, value: str) -> tuple[Answer | None, Problem | None]:
    if kind == "integer":
        if _INTEGER.match(value):
            return xpath_text(float(int(value))), None
        return None, _problem("A107", "Please write a whole number.")
    if kind == "decimal":
        return (value, None) if _DECIMAL.match(value) else (None, _problem("A107", "Please write a number."))
    if kind == "time":
        return (
            (value, None) if _TIME.match(value) else (None, _problem("A107", "Please write a time as 14:30."))
        )
    try:
        return date.fromisoformat(value).isoformat(), None
    except ValueError:
        return None, _problem("A107", "Please write a date as 2026-03-01.")
