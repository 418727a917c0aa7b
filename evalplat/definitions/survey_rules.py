"""What must hold across a questionnaire: names that exist, order, options that are compared, scores, the privacy notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .problems import Where
from .survey_model import FACTS, Question, Survey, references
from .survey_nodes import Reader, inside
from .survey_questions import Draft
from .survey_scores import check_scores
from .xpath import XPath
from .yamltext import Mapping, Node, Scalar, suggestion

MAX_PAGES = 4
SHORT_SCORED = 3

_COMPARED = re.compile(
    r"\$\{\s*(?P<left>[\w.-]+)\s*\}\s*!?=\s*(?P<quote>['\"])(?P<equal>[^'\"]*)(?P=quote)"
    r"|selected\(\s*\$\{\s*(?P<of>[\w.-]+)\s*\}\s*,\s*(?P<mark>['\"])(?P<option>[^'\"]*)(?P=mark)",
    re.ASCII,
)
_TEXTS = ("label", "hint", "required_message", "constraint_message")
_EXPRESSIONS = ("required", "relevant", "constraint", "calculation", "choice_filter")


def check_survey(reader: Reader, draft: Draft, survey: Survey) -> None:
    """Every rule that needs the whole file."""
    _check_order(reader, draft, survey)
    check_scores(reader, draft, survey)
    _check_pages(reader, survey, draft)
    for name, key in draft.list_keys.items():
        if name not in draft.used_lists:
            reader.report(
                "S211", 'No question uses the list "{name}".', key.where, severity="warning", name=name
            )
    _check_translations(reader, survey, draft)


def _check_order(reader: Reader, draft: Draft, survey: Survey) -> None:
    earlier: set[str] = set()
    every = set(survey.by_name)
    for page in survey.pages:
        _check_node(reader, draft.nodes.get(page.name), survey, earlier=earlier, own="")
        sections: set[str] = set()
        for question in page.questions:
            if question.section and question.section not in sections:
                sections.add(question.section)
                _check_node(reader, draft.nodes.get(question.section), survey, earlier=earlier, own="")
            node = draft.nodes.get(question.name)
            _check_node(reader, node, survey, earlier=earlier, own=question.name)
            _check_current(reader, node, question)
            _check_shape(reader, node, question)
            earlier.add(question.name)
    assert earlier <= every


def _check_node(reader: Reader, node: Mapping | None, survey: Survey, *, earlier: set[str], own: str) -> None:
    if node is None:
        return
    for key in _EXPRESSIONS:
        scalar = node.get(key)
        if isinstance(scalar, Scalar):
            known = earlier | {own} if key == "constraint" else earlier
            for name, at in references(scalar.text):
                _check_name(reader, name, inside(scalar, at), survey, known)
            _check_options(reader, scalar, survey)
    for scalar in _texts_of(node):
        for name, at in references(scalar.text):
            _check_name(reader, name, inside(scalar, at), survey, earlier)


def _texts_of(node: Mapping) -> Iterator[Scalar]:
    for key in _TEXTS:
        value: Node | None = node.get(key)
        if isinstance(value, Scalar):
            yield value
        elif isinstance(value, Mapping):
            yield from (words for _, words in value.entries if isinstance(words, Scalar))


def _check_name(reader: Reader, name: str, where: Where, survey: Survey, known: set[str]) -> None:
    if name in FACTS or name in known:
        return
    if name in survey.by_name:
        reader.report("S303", '"{name}" is asked only later.', where, "Move the question up.", name=name)
    else:
        reader.report(
            "S302", 'There is no question "{name}".', where, suggestion(name, survey.by_name), name=name
        )


def _check_options(reader: Reader, scalar: Scalar, survey: Survey) -> None:
    for match in _COMPARED.finditer(scalar.text):
        name, group = (match["left"], "equal") if match["left"] else (match["of"], "option")
        question = survey.by_name.get(name)
        if question is None or not question.options or (question.choices and question.choices.per_unit):
            continue
        option = match[group]
        if option and option not in question.options:
            reader.report(
                "S306",
                '"{name}" has no option "{option}".',
                inside(scalar, match.start(group)),
                suggestion(option, question.options) or "Known: {known}.",
                name=name,
                option=option,
                known=", ".join(question.options[:12]),
            )


def _check_current(reader: Reader, node: Mapping | None, question: Question) -> None:
    for key, one in (
        ("calculation", question.calculation),
        ("choice_filter", question.choice_filter),
        ("relevant", question.conditions[-1] if question.conditions else None),
    ):
        scalar = node.get(key) if node else None
        if isinstance(scalar, Scalar) and isinstance(one, XPath) and one.uses_current:
            reader.report("S304", 'Only a constraint may read the current answer ".".', scalar.where)


def _check_shape(reader: Reader, node: Mapping | None, question: Question) -> None:
    if node is None:
        return
    if (question.kind == "calculate") != (question.calculation is not None) and "calculation" not in _faulty(
        reader, node
    ):
        reader.report("S104", 'The type "calculate" and a calculation belong together.', node.where)
    if question.choice_filter and not question.choices:
        reader.report("S104", "Only a question with a choice list can have a choice filter.", node.where)
    if question.constraint_message and not question.constraint and "constraint" not in _faulty(reader, node):
        reader.report(
            "S103", '{what} needs "{key}".', node.where, what="A constraint message", key="constraint"
        )


def _faulty(reader: Reader, node: Mapping) -> set[str]:
    lines = {problem.where.line for problem in reader.problems if problem.code == "S301"}
    return {key.text for key, value in node.entries if value.where.line in lines}


def _check_pages(reader: Reader, survey: Survey, draft: Draft) -> None:
    place = draft.nodes["survey"].where if "survey" in draft.nodes else Where(survey.file, 1, 1)
    if len(survey.pages) > MAX_PAGES:
        reader.report(
            "S210",
            "The questionnaire has {count} pages; people give up after {limit}.",
            place,
            severity="warning",
            count=len(survey.pages),
            limit=MAX_PAGES,
        )
    if survey.pages and not any(
        question.notice and question.kind == "note" for question in survey.pages[0].questions
    ):
        reader.report(
            "S407",
            "The first page carries no privacy notice.",
            draft.nodes[survey.pages[0].name].where if survey.pages[0].name in draft.nodes else place,
            'Add a note with "ep::notice: yes": who asks, what for, how long, voluntary, anonymous, contact.',
        )
    if survey.anonymity == "open" and len(survey.scored) > SHORT_SCORED:
        reader.report(
            "S411",
            "An open form has {count} scored questions; more than {limit} take too long at a poster.",
            place,
            severity="warning",
            count=len(survey.scored),
            limit=SHORT_SCORED,
        )


def _check_translations(reader: Reader, survey: Survey, draft: Draft) -> None:
    for question in survey.questions:
        missing = [one for one in survey.languages if question.label and one not in question.label]
        if missing:
            reader.report(
                "S208",
                '"{name}" has no words in: {languages}.',
                draft.nodes[question.name].where,
                severity="warning",
                name=question.name,
                languages=", ".join(missing),
            )
    for one in survey.lists.values():
        for choice in one.choices:
            missing = [
                language for language in survey.languages if choice.label and language not in choice.label
            ]
            if missing:
                reader.report(
                    "S208",
                    '"{name}" has no words in: {languages}.',
                    draft.list_keys[one.name].where,
                    severity="warning",
                    name=f"{one.name}/{choice.name}",
                    languages=", ".join(missing),
                )
