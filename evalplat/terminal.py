"""What the commands that check files say, in the language of the terminal: Chinese where its locale begins with zh, else English."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace

from evalplat.definitions.problems import Problem, Where
from evalplat.definitions.surveys import problem_words
from evalplat.kernel.i18n import gettext, speaking
from evalplat.pages.queries.definition_problems import in_words

_ROW = re.compile(r"row (\d+)\Z")


def language() -> str:
    """That of the first of LC_ALL, LC_MESSAGES and LANG that says anything."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"


def said(message: str, **params: object) -> str:
    """A sentence of the catalogue."""
    with speaking(language()):
        return gettext(message, **params)


def told(problem: Problem) -> str:
    """One problem of an indicator file or a table as a line: ``file:line:column  E101 what is wrong. What to do.``"""
    if language() == "en":
        return problem.line().rstrip()
    if problem.code in ("M101", "M102"):
        message = problem.message.replace("{what}", str(problem.params.get("what"))).replace(" ({reason})", "")
        problem = replace(problem, message=message)
    with speaking("zh"):
        return _line(problem, [part.strip() for part in in_words(problem)])


def survey_told(problem: Problem) -> str:
    """One problem of a questionnaire as a line."""
    if language() == "en":
        return problem.line()
    with speaking("zh"):
        return _line(problem, [problem_words(problem, gettext)])


def tell(problems: Iterable[Problem]) -> None:
    """Print each of them."""
    for problem in problems:
        print(told(problem))


def _line(problem: Problem, words: list[str]) -> str:
    return f"{_place(problem.where)}  {problem.code} {''.join(words)}"


def _place(where: Where) -> str:
    """Places of files stay as editors know them; the row of a table is named as a reader counts it."""
    row = _ROW.match(where.sheet)
    if not row:
        return str(where)
    return gettext("{file}: row {row}, column {column}", file=where.file, row=row[1], column=where.cell)
