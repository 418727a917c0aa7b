"""The stored form of an answer: characters at fixed places for closed questions, texts beside them, tallies, flags.

One character for a question with one answer; for ``select_multiple`` one character for each six options, a bit an option
(the first option is the lowest bit of the first character). The order is the frozen order of the survey's closed questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from .answers import visible
from .survey_model import BITS, Answer, Answers, Column, Survey

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_~"
UNANSWERED = "-"
"""Shown and left empty; also the option under which tallies count it."""
HIDDEN = "."
"""Not asked, because the question was not relevant."""
BASE = "#"
"""The option under which tallies count the people who answered a ``select_multiple``: the base of its percentages."""

STRAIGHT_LINE = 10
SHORTEST_STRAIGHT_LINE = 6
SECONDS_PER_ITEM = 2

_INDEX = {character: index for index, character in enumerate(ALPHABET)}


def encode(
    survey: Survey, answers: Answers, shown: Collection[str] | None = None
) -> tuple[str, dict[str, str]]:
    """(closed answers as characters, open answers by question). ``answers`` come from ``check``: KeyError otherwise."""
    if shown is None:
        shown = {question.name for question in visible(survey, answers)}
    closed = "".join(
        _encode_one(column, answers, shown=column.question.name in shown) for column in survey.columns
    )
    texts = {
        question.name: str(answers[question.name])
        for question in survey.questions
        if question.asked and not question.closed and question.name in shown and question.name in answers
    }
    return closed, texts


def decode(survey: Survey, closed: str) -> dict[str, Answer]:
    """The closed answers of a stored text: the inverse of ``encode``. ValueError if the text does not fit the survey."""
    layout = survey.columns
    if len(closed) != sum(column.width for column in layout):
        raise ValueError("the stored answer has another length than the questionnaire")
    answers: dict[str, Answer] = {}
    for column in layout:
        answer = _decode_one(column, closed[column.start : column.start + column.width])
        if answer:
            answers[column.question.name] = answer
    return answers


def tally_deltas(survey: Survey, answers: Answers) -> Counter[tuple[str, str]]:
    """What one response adds to the counts of (question, option); see ``UNANSWERED`` and ``BASE``."""
    return tally_code(survey, encode(survey, answers)[0])


def tally_code(survey: Survey, closed: str) -> Counter[tuple[str, str]]:
    """The same from the stored text, so that a recount cannot differ from the counts."""
    found: Counter[tuple[str, str]] = Counter()
    for column in survey.columns:
        name, part = column.question.name, closed[column.start : column.start + column.width]
        if part[0] == HIDDEN:
            continue
        answer = _decode_one(column, part)
        if answer is None:
            found[name, UNANSWERED] += 1
        elif isinstance(answer, tuple):
            found[name, BASE] += 1
            found.update((name, option) for option in answer)
        else:
            found[name, answer] += 1
    return found


def quality(survey: Survey, answers: Answers, seconds: float | None = None) -> frozenset[str]:
    """Coarse flags, decided on arrival; none of them deletes an answer.

    ``straight_line``: every scored question got the same option, at least ten (or all, if there are six to nine).
    ``incomplete``: too few scored questions answered to count. ``hurried``: less than two seconds a question.
    Further flags are named by the chosen options themselves (``ep_flag``), for instance ``coached``.
    """
    flags: set[str] = set()
    scored = [str(answers[question.name]) for question in survey.scored if question.name in answers]
    need = max(SHORTEST_STRAIGHT_LINE, min(STRAIGHT_LINE, len(survey.scored)))
    if len(scored) >= need and len(set(scored)) == 1:
        flags.add("straight_line")
    if not enough_answered(survey, answers):
        flags.add("incomplete")
    if seconds is not None and seconds < SECONDS_PER_ITEM * len(answers):
        flags.add("hurried")
    for name, answer in answers.items():
        question = survey.by_name.get(name)
        chosen = answer if isinstance(answer, tuple) else (answer,)
        choices = (question.choice(one) for one in chosen) if question else ()
        flags.update(choice.flag for choice in choices if choice and choice.flag)
    return frozenset(flags)


def enough_answered(survey: Survey, answers: Answers) -> bool:
    """Whether enough scored questions have an answer that gives points (``min_answered`` percent)."""
    scored = survey.scored
    counted = sum(question.points(str(answers.get(question.name, ""))) is not None for question in scored)
    return bool(scored) and counted > 0 and counted * 100 >= survey.min_answered * len(scored)


def labels(survey: Survey, language: str = "") -> Mapping[tuple[str, str], str]:
    """The words of every (question, option) of the tallies."""
    found = {}
    for question in survey.closed:
        for option in question.options:
            choice = question.choice(option)
            found[question.name, option] = survey.words(choice.label, language) if choice else option
    return found


def _encode_one(column: Column, answers: Answers, *, shown: bool) -> str:
    question = column.question
    answer = answers.get(question.name) if shown else None
    if not answer:
        return (UNANSWERED if shown else HIDDEN) * column.width
    places = question.places
    if question.kind != "select_multiple":
        return ALPHABET[places[str(answer)]]
    bits = sum(1 << places[name] for name in set(answer))
    return "".join(ALPHABET[bits >> (BITS * at) & 63] for at in range(column.width))


def _decode_one(column: Column, part: str) -> Answer | None:
    question = column.question
    if part in {UNANSWERED * column.width, HIDDEN * column.width}:
        return None
    try:
        bits = sum(_INDEX[character] << (BITS * at) for at, character in enumerate(part))
        if question.kind != "select_multiple":
            return question.options[bits]
    except (KeyError, IndexError):
        raise ValueError(f"the stored answer to {question.name!r} cannot be read") from None
    if bits >> len(question.options) or not bits:
        raise ValueError(f"the stored answer to {question.name!r} cannot be read")
    return tuple(name for index, name in enumerate(question.options) if bits >> index & 1)
