"""Questionnaire files: ``load_survey`` reads one and tells everything that is wrong with it in one run.

The model is in ``survey_model``; the format is described in ``docs/survey-file.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from .problems import Problem, Where, has_errors
from .survey_model import (
    GROUPS,
    Answer,
    Answers,
    Choice,
    ChoiceList,
    Dimension,
    Page,
    Question,
    Section,
    Survey,
    Text,
)
from .survey_nodes import Reader
from .survey_questions import Draft, read_lists, read_pages
from .survey_rules import check_survey
from .yamltext import Mapping, as_plain, load_yaml, position

__all__ = [
    "Answer",
    "Answers",
    "Choice",
    "ChoiceList",
    "Dimension",
    "Page",
    "Question",
    "Section",
    "Survey",
    "Text",
    "load_survey",
    "problem_words",
    "survey_hash",
]

ANONYMITY = ("open", "token", "block")
FILE_KEYS = ("settings", "choices", "survey")
SETTING_KEYS = (
    "form_id",
    "version",
    "title",
    "default_language",
    "group",
    "dimensions",
    "overall",
    "min_valid",
    "min_answered",
    "small_cell",
    "ep::anonymity",
    "ep::indicator",
)


def load_survey(source: Path | str, *, file: str = "") -> tuple[Survey | None, list[Problem]]:
    """The questionnaire in a file (a Path) or a text, and its problems in the order of the file.

    The survey is None when at least one problem is an error. OSError and UnicodeDecodeError of a Path are the caller's.
    """
    if isinstance(source, Path):
        file, source = file or str(source), source.read_text(encoding="utf-8-sig")
    node, problems = load_yaml(source, file)
    if node is None:
        return None, problems
    reader = Reader(problems=problems)
    survey = _read(reader, reader.mapping(node, Where(file, 1, 1), what="The file"), file)
    found = sorted(set_aside_repeats(reader.problems), key=position)
    return (None if has_errors(found) else survey), found


def problem_words(problem: Problem, translate: Callable[[str], str] = str) -> str:
    """What is wrong and what to do, in the language of ``translate`` (the place in words inside it, too)."""
    params = {key: translate(str(value)) if key == "what" else value for key, value in problem.params.items()}
    parts = [translate(part).format(**params) for part in (problem.message, problem.hint) if part]
    return " ".join(parts)


def set_aside_repeats(problems: list[Problem]) -> list[Problem]:
    """The same fault at the same place once."""
    kept: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        kept.setdefault((problem.code, problem.where, problem.text()), problem)
    return list(kept.values())


def survey_hash(node: Mapping) -> str:
    """SHA-256 of the canonical form: no comments, no layout, keys sorted, lists in their order."""
    text = json.dumps(as_plain(node), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _read(reader: Reader, node: Mapping, file: str) -> Survey:
    reader.known(node, FILE_KEYS, what="the file")
    draft = Draft()
    settings = reader.mapping(node.get("settings"), node.where, what='"settings"')
    reader.known(settings, SETTING_KEYS, what="the settings")
    draft.nodes["settings"] = settings
    language = reader.string(settings, "default_language") or "zh"
    reader.default_language = language
    title = reader.text(settings, "title", what="The questionnaire", needed=True)
    dimensions = _read_dimensions(reader, draft, settings)
    if "choices" in node:
        read_lists(reader, draft, reader.mapping(node.get("choices"), node.where, what='"choices"'))
    read_pages(reader, draft, reader.items(node.get("survey"), node.where, what='"survey"'))
    key = reader.name(settings, what="The settings", key="form_id")
    version = reader.raw(settings, "version", what="The settings", needed=True)
    survey = Survey(
        key=key.text if key else "",
        version=version.text if version else "",
        hash=survey_hash(node),
        title=title,
        group=reader.one_of(settings, "group", GROUPS, default=""),
        default_language=language,
        languages=tuple(title) or (language,),
        pages=tuple(draft.pages),
        sections=draft.sections,
        lists=draft.lists,
        dimensions=dimensions,
        anonymity=reader.one_of(settings, "ep::anonymity", ANONYMITY, default="token"),
        indicator=reader.string(settings, "ep::indicator"),
        min_valid=reader.whole(settings, "min_valid", 30, least=1, most=100_000),
        min_answered=reader.whole(settings, "min_answered", 60, least=1, most=100),
        small_cell=reader.whole(settings, "small_cell", 5, least=3, most=100),
        overall=reader.string(settings, "overall"),
        file=file,
    )
    if "group" not in settings:
        reader.report("S103", '{what} needs "{key}".', settings.where, what="The settings", key="group")
    check_survey(reader, draft, survey)
    return survey


def _read_dimensions(reader: Reader, draft: Draft, settings: Mapping) -> dict[str, Dimension]:
    if "dimensions" not in settings:
        return {}
    node = reader.mapping(settings.get("dimensions"), settings.where, what='"dimensions"')
    draft.nodes["settings/dimensions"] = node
    found: dict[str, Dimension] = {}
    for key, value in node.entries:
        row = reader.mapping(value, key.where, what=f'"{key.text}"')
        reader.known(row, ("label", "weight"), what="a dimension")
        weight = reader.raw(row, "weight", what=f'"{key.text}"', needed=True)
        number = reader.decimal(weight, "weight", most=1000) if weight else None
        if number is not None:
            label = reader.text(row, "label", what=f'"{key.text}"', needed=True)
            found[key.text] = Dimension(key.text, label, number)
    return found
