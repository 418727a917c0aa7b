"""Reading of pages, questions and choice lists from the nodes of a questionnaire file."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from .survey_model import CLOSED_TYPES, OPEN_TYPES, SILENT_TYPES, Choice, ChoiceList, Page, Question, Section
from .survey_nodes import NAME, Reader
from .xpath import XPath
from .yamltext import Mapping, Node, Scalar, suggestion

MAX_OPTIONS = 60
MAX_STEPS = 61
DEFAULT_TEXT = 500
MAX_TEXT_ANSWER = 2000

GROUP_KEYS = ("type", "name", "label", "hint", "relevant", "appearance", "questions")
QUESTION_KEYS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "appearance",
    "parameters",
    "ep::score",
    "ep::weight_dim",
    "ep::indicator",
    "ep::max_length",
    "ep::notice",
)
CHOICE_KEYS = ("name", "label", "ep_score", "ep_satisfied", "ep_flag", "ep_keep")
LIST_KEYS = ("per_unit", "max", "fallback")

REFUSED_TYPES: Map[str, str] = {
    "end_group": 'A group ends where its questions end: indent them below "questions:".',
    "begin_repeat": "Repeats are not supported.",
    "end_repeat": "Repeats are not supported.",
    "rank": "Ask for the most important one instead.",
    "select_one_from_file": "Use a choice list, or one that comes per unit.",
    "select_multiple_from_file": "Use a choice list, or one that comes per unit.",
    "start": "The moment of an answer is never kept.",
    "end": "The moment of an answer is never kept.",
    "today": "The moment of an answer is never kept.",
    "datetime": "Ask for a date.",
    "audit": "Nothing that could mark a respondent is recorded.",
    "deviceid": "Nothing that could mark a respondent is recorded.",
    "phonenumber": "No personal data is asked.",
    "email": "No personal data is asked.",
    "username": "No personal data is asked.",
    "geopoint": "Places are not asked.",
    "geotrace": "Places are not asked.",
    "geoshape": "Places are not asked.",
    "image": "Files cannot be sent with an answer.",
    "audio": "Files cannot be sent with an answer.",
    "video": "Files cannot be sent with an answer.",
    "file": "Files cannot be sent with an answer.",
    "barcode": "Codes are not scanned.",
    "hidden": "Write a calculation.",
}
TYPES = (*sorted(CLOSED_TYPES), *sorted(OPEN_TYPES), *sorted(SILENT_TYPES), "begin_group")


@dataclass(slots=True)
class Draft:
    """What one file gave, with the node of each named thing for later checks."""

    pages: list[Page] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    lists: dict[str, ChoiceList] = field(default_factory=dict)
    nodes: dict[str, Mapping] = field(default_factory=dict)
    list_keys: dict[str, Scalar] = field(default_factory=dict)
    used_lists: set[str] = field(default_factory=set)


def read_lists(reader: Reader, draft: Draft, node: Mapping) -> None:
    """The choice lists under ``choices``."""
    for key, value in node.entries:
        if not NAME.match(key.text):
            reader.report(
                "S105",
                '"{name}" is not a name: Latin letters, digits, "_" and "-", no digit in front.',
                key.where,
                name=key.text,
            )
        draft.list_keys[key.text] = key
        draft.lists[key.text] = _read_list(reader, key, value)


def _read_list(reader: Reader, key: Scalar, value: Node) -> ChoiceList:
    per_unit, limit, rows = "", 0, value
    if isinstance(value, Mapping):
        reader.known(value, LIST_KEYS, what="a list that comes per unit")
        source = reader.name(value, what="A list that comes per unit", key="per_unit")
        per_unit = source.text if source else ""
        limit = reader.whole(value, "max", 30, least=2, most=MAX_OPTIONS)
        fallback = value.get("fallback")
        if fallback is None:
            reader.report(
                "S409",
                'The list "{name}" comes per unit and needs a fallback.',
                key.where,
                "A unit may have no such list.",
                name=key.text,
            )
            return ChoiceList(key.text, (), per_unit, limit)
        rows = fallback
    choices: dict[str, Choice] = {}
    for row in reader.items(rows, key.where, what=f'"{key.text}"'):
        _read_choice(reader, choices, row)
    if not choices:
        reader.report("S206", 'The list "{name}" has no options.', key.where, name=key.text)
    if len(choices) > (limit or MAX_OPTIONS):
        reader.report(
            "S206",
            'The list "{name}" has more than {limit} options.',
            key.where,
            name=key.text,
            limit=limit or MAX_OPTIONS,
        )
    return ChoiceList(key.text, tuple(choices.values()), per_unit, limit)


def _read_choice(reader: Reader, choices: dict[str, Choice], row: Node) -> None:
    node = reader.mapping(row, row.where, what="An option")
    name = reader.raw(node, "name", what="An option", needed=True)
    if name is None:
        return
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name.text, re.ASCII):
        reader.report(
            "S213",
            '"{name}" cannot be the name of an option: Latin letters, digits, "_", "-", ".".',
            name.where,
            name=name.text,
        )
    if name.text in choices:
        reader.report("S205", 'The option "{name}" is in the list twice.', name.where, name=name.text)
        return
    points = reader.raw(node, "ep_score")
    scored = points is not None and points.text != "na"
    for key, _ in node.entries:
        if key.text.startswith("ep_") and key.text not in CHOICE_KEYS:
            reader.report(
                "S102",
                'Unknown key "{key}" in {what}.',
                key.where,
                suggestion(key.text, CHOICE_KEYS),
                key=key.text,
                what="an option",
            )
    choices[name.text] = Choice(
        name=name.text,
        label=reader.text(node, "label", what=f'"{name.text}"', needed=True),
        points=reader.decimal(points, "ep_score", most=100) if points and scored else None,
        satisfied=reader.flag(node, "ep_satisfied"),
        flag=reader.string(node, "ep_flag"),
        columns={
            k.text: reader.string(node, k.text) for k, _ in node.entries if k.text not in {"name", "label"}
        },
    )


def read_pages(reader: Reader, draft: Draft, rows: tuple[Node, ...]) -> None:
    """The pages under ``survey``: top-level groups, each with questions and at most one level of groups inside."""
    for row in rows:
        node = reader.mapping(row, row.where, what="A page")
        kind = reader.string(node, "type", what="A page", needed=True)
        if kind != "begin_group":
            reader.report(
                "S209",
                "Each question stands in a page: a group at the top level.",
                node.where,
                'Write "type: begin_group" with "questions:" below it.',
            )
            continue
        name = _group_name(reader, draft, node)
        relevant = reader.expression(node, "relevant")
        questions = _read_group(reader, draft, node, page=name, section="", conditions=_some(relevant))
        label = reader.text(node, "label", what=f'"{name}"', needed=True)
        draft.pages.append(Page(name, label, reader.text(node, "hint"), tuple(questions), relevant))


def _group_name(reader: Reader, draft: Draft, node: Mapping) -> str:
    reader.known(node, GROUP_KEYS, what="a group")
    name = reader.name(node, what="A group")
    _claim(reader, draft, name, node)
    return name.text if name else f"page{len(draft.pages) + 1}"


def _claim(reader: Reader, draft: Draft, name: Scalar | None, node: Mapping) -> None:
    if name is None:
        return
    first = draft.nodes.get(name.text)
    if first is not None:
        reader.report(
            "S201",
            'The name "{name}" is used twice (first in line {first}).',
            name.where,
            name=name.text,
            first=first.where.line,
        )
    else:
        draft.nodes[name.text] = node


def _read_group(
    reader: Reader, draft: Draft, node: Mapping, *, page: str, section: str, conditions: tuple[XPath, ...]
) -> list[Question]:
    found: list[Question] = []
    rows = reader.items(node.get("questions"), node.where, what='"questions"')
    for row in rows:
        inner = reader.mapping(row, row.where, what="A question")
        if reader.string(inner, "type") != "begin_group":
            question = _read_question(reader, draft, inner, page=page, section=section, conditions=conditions)
            found += [question] if question else []
        elif section:
            reader.report("S209", "A group inside a group inside a page is one too many.", inner.where)
        else:
            found += _read_section(reader, draft, inner, page=page, conditions=conditions)
    return found


def _read_section(
    reader: Reader, draft: Draft, node: Mapping, *, page: str, conditions: tuple[XPath, ...]
) -> list[Question]:
    name = _group_name(reader, draft, node)
    label, hint = reader.text(node, "label"), reader.text(node, "hint")
    draft.sections[name] = Section(name, label, hint, reader.string(node, "appearance"))
    more = _some(reader.expression(node, "relevant"))
    return _read_group(reader, draft, node, page=page, section=name, conditions=conditions + more)


def _read_question(
    reader: Reader, draft: Draft, node: Mapping, *, page: str, section: str, conditions: tuple[XPath, ...]
) -> Question | None:
    reader.known(node, QUESTION_KEYS, what="a question")
    name = reader.name(node, what="A question")
    kind, choices = _read_type(reader, draft, node)
    _claim(reader, draft, name, node)
    if name is None or not kind:
        return None
    columns = {column for choice in (choices.choices if choices else ()) for column in choice.columns}
    what = f'"{name.text}"'
    return Question(
        name=name.text,
        kind=kind,
        page=page,
        section=section,
        choices=choices,
        label=reader.text(node, "label", what=what, needed=kind != "calculate"),
        hint=reader.text(node, "hint"),
        required=reader.required(node, "required"),
        required_message=reader.text(node, "required_message"),
        conditions=conditions + _some(reader.expression(node, "relevant")),
        constraint=reader.expression(node, "constraint"),
        constraint_message=reader.text(node, "constraint_message"),
        calculation=reader.expression(node, "calculation"),
        choice_filter=reader.expression(node, "choice_filter", columns=columns | {"name"}),
        appearance=reader.string(node, "appearance"),
        parameters=_read_parameters(reader, node, kind),
        max_length=reader.whole(node, "ep::max_length", DEFAULT_TEXT, least=1, most=MAX_TEXT_ANSWER),
        scored=reader.flag(node, "ep::score"),
        dimension=reader.string(node, "ep::weight_dim"),
        indicator=reader.string(node, "ep::indicator"),
        notice=reader.flag(node, "ep::notice"),
    )


def _some(expression: XPath | None) -> tuple[XPath, ...]:
    return (expression,) if expression else ()


def _read_type(reader: Reader, draft: Draft, node: Mapping) -> tuple[str, ChoiceList | None]:
    found = reader.raw(node, "type", what="A question", needed=True)
    if found is None:
        return "", None
    kind, _, rest = found.text.strip().partition(" ")
    rest = rest.strip()
    if kind.lower().replace(" ", "_") in REFUSED_TYPES:
        hint = REFUSED_TYPES[kind.lower()]
        reader.report("S203", 'The type "{type}" is not available.', found.where, hint, type=kind)
        return "", None
    if kind not in TYPES:
        reader.report("S202", 'Unknown type "{type}".', found.where, suggestion(kind, TYPES), type=kind)
        return "", None
    if kind not in {"select_one", "select_multiple"}:
        if rest:
            reader.report("S202", 'The type "{type}" takes no list.', found.where, type=kind)
        return kind, None
    if rest not in draft.lists:
        reader.report(
            "S204", 'Unknown choice list "{list}".', found.where, suggestion(rest, draft.lists), list=rest
        )
        return kind, ChoiceList(rest, ())
    draft.used_lists.add(rest)
    return kind, draft.lists[rest]


def _read_parameters(reader: Reader, node: Mapping, kind: str) -> Map[str, str]:
    found = reader.raw(node, "parameters")
    pairs = re.findall(r"([A-Za-z_]+)\s*=\s*([^\s,;]+)", found.text) if found else []
    parameters = dict(pairs)
    if kind != "range":
        return parameters
    values = {"start": "1", "end": "10", "step": "1"} | parameters
    where = found.where if found else node.where
    if any(not re.fullmatch(r"-?\d{1,6}", values[key], re.ASCII) for key in ("start", "end", "step")):
        reader.report("S212", "start, end and step of a range must be whole numbers.", where)
        return {}
    start, end, step = (int(values[key]) for key in ("start", "end", "step"))
    if step < 1 or end <= start or (end - start) // step + 1 > MAX_STEPS:
        reader.report(
            "S212",
            "A range must rise and have at most {limit} steps.",
            where,
            "For more values use the type integer.",
            limit=MAX_STEPS,
        )
        return {}
    return values
