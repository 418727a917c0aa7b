"""The form of one block: from posted fields to changes of the file, and the entry of a new indicator.

A field's name carries the code of its indicator: ``title~C101``, ``step~C101.0.points``. What a browser sends back as it was shown
changes nothing; a row of steps that was emptied goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from evalplat.definitions.editing import Path, Value, at, read_tree
from evalplat.definitions.numbers import number_text, read_number
from evalplat.definitions.outline import STEPS, Entry, Outline, RuleOutline, Step
from evalplat.definitions.yamltext import as_plain
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.web.forms import Posted

Changes = dict[Path, Value | None]
TOP = "-"
"""The address of what stands at the top of the tree."""
_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}\Z")
LEVELS = (("A", Fraction(1), "完全达到要求"), ("B", Fraction(3, 4), "基本达到要求"),  # zh: drafted
          ("C", Fraction(1, 2), "部分达到要求"), ("D", Fraction(0), "没有达到要求"))  # zh: drafted
JOINT = "；"  # zh: read
"""Between the pieces of evidence of one indicator."""


def shown_entries(outline: Outline, block: str) -> list[Entry]:
    """What the page of a block shows: everything below it; at the top only the blocks and indicators that stand there."""
    return list(outline.children("")) if block == TOP else list(outline.below(block))


def evidence_lines(text: str) -> str:
    """One piece of evidence a line."""
    return "\n".join(part.strip() for part in text.replace(";", JOINT).split(JOINT) if part.strip())


def changes_of(text: str, outline: Outline, block: str, posted: Posted) -> Changes:
    """What the form changes in the file."""
    root, changes = read_tree(text), Changes()
    own = outline.entry(block)
    seen: set[Path] = set()
    for entry in [*([own] if own else []), *shown_entries(outline, block)]:
        changes |= _texts(outline, entry, posted)
        rule = entry.rule
        if rule is None or rule.path in seen:
            continue
        seen.add(rule.path)
        for key, before in rule.figures:
            changes |= _one((*rule.path, key), before, _number(posted, f"figure~{key}~{entry.code}", before))
        changes |= _one((*rule.path, "value"), rule.value, _typed(posted, f"formula~{entry.code}", rule.value))
        rows = list(_rows(rule, entry.code, posted))
        if rule.type in STEPS and _has_steps(posted, entry) and [row[1] for row in rows] != list(rule.steps):
            place = (*rule.path, STEPS[rule.type])
            changes[place] = [_written(rule.type, as_plain(at(root, (*place, str(number)))) if number < len(rule.steps) else {}, step)
                              for number, step in rows]
    return changes


def _texts(outline: Outline, entry: Entry, posted: Posted) -> Changes:
    path = ("indicators", entry.code)
    changes = _one((*path, "title", "zh"), entry.title, _typed(posted, f"title~{entry.code}", entry.title))
    changes |= _one((*path, "title", "en"), entry.english, _typed(posted, f"en~{entry.code}", entry.english))
    changes |= _one((*path, outline.share_key), entry.share, _number(posted, f"share~{entry.code}", entry.share))
    changes |= _one((*path, "note", "zh"), entry.note, _typed(posted, f"note~{entry.code}", entry.note))
    changes |= _one((*path, "dimension"), entry.dimension, _typed(posted, f"dimension~{entry.code}", entry.dimension))
    changes |= _categories(outline, entry, posted)
    shown = evidence_lines(entry.evidence)
    typed = _typed(posted, f"evidence~{entry.code}", shown)
    if typed != shown:
        changes[(*path, "evidence", "zh")] = JOINT.join(line.strip() for line in typed.splitlines() if line.strip()) or None
    return changes


def for_all(outline: Outline, ticked: list[str], field: str) -> bool:
    """Whether every category is ticked; ``Invalid`` if none is, for then no unit would have the indicator."""
    if not set(ticked) & set(outline.categories):
        raise Invalid({field: N_("Tick at least one category.")})
    return set(outline.categories) <= set(ticked)


def _categories(outline: Outline, entry: Entry, posted: Posted) -> Changes:
    """The categories that an indicator is for; the form has an empty field before its boxes, so that none ticked is an answer."""
    field, ticked = f"categories~{entry.code}", posted.list(f"categories~{entry.code}")
    if not entry.is_leaf or not ticked or set(ticked) - {""} == set(entry.categories or outline.categories):
        return {}
    everybody = for_all(outline, ticked, field)
    return {("indicators", entry.code, "categories"): None if everybody else [one for one in outline.categories if one in ticked]}


def _one(path: Path, before: str, after: str) -> Changes:
    return {} if before == after else {path: after or None}


def _typed(posted: Posted, name: str, before: str) -> str:
    """What stands in a field; as before if the form did not have it."""
    return posted.get(name, before).replace("\r\n", "\n").strip() if posted.get(name, "\0") != "\0" else before


def _number(posted: Posted, name: str, before: str) -> str:
    """The same for figures: full-width digits and signs become plain ones."""
    return plain_number(_typed(posted, name, before))


def plain_number(text: str) -> str:
    """Digits as the file needs them, however they were typed."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").replace(" ", "").removesuffix("分")  # zh: read


def _has_steps(posted: Posted, entry: Entry) -> bool:
    """Whether the form showed the steps: those of a rule that several indicators share are shown once."""
    last = len(entry.rule.steps) if entry.rule else 0
    return any(name == f"step~{entry.code}.{last}.points" for name, _ in posted.fields)


def _rows(rule: RuleOutline, code: str, posted: Posted) -> Iterator[tuple[int, Step]]:
    """(number of the row before, what stands there now); emptied rows are left out, "else" goes last."""
    rows = []
    for number in range(len(rule.steps) + 1):
        before = rule.steps[number] if number < len(rule.steps) else Step("", "", "from" if rule.type == "bands" else "")
        place = f"step~{code}.{number}"
        at_, text = _typed(posted, f"{place}.at", before.at), _typed(posted, f"{place}.text", before.text)
        step = Step(at_ if rule.type == "levels" else plain_number(at_), _number(posted, f"{place}.points", before.points),
                    before.test and (posted.get(f"{place}.test") or before.test), text)
        if step.at or step.points or step.text:
            rows.append((number, step))
    yield from sorted(rows, key=lambda row: row[1].test == "else")


def _written(kind: str, before: Any, step: Step) -> Value:
    """A step as the file has it; what the form does not show stays."""
    kept = dict(before) if isinstance(before, dict) else {}
    if kind == "bands":
        rest = {key: value for key, value in kept.items() if key not in ("from", "above", "to", "below", "else", "points")}
        return ({"else": step.points} if step.test == "else" else {step.test: step.at, "points": step.points}) | rest
    kept |= {"level" if kind == "levels" else "at": step.at, "points": step.points}
    text = kept.pop("text", None)
    words = (dict(text) if isinstance(text, dict) else {}) | {"zh": step.text}
    return kept | ({"text": {key: value for key, value in words.items() if value}} if step.text else {})


def _new_entry(outline: Outline, parent: str, posted: Posted, *, kind: str) -> dict[str, Any]:
    """What every new entry says; ``Invalid`` names the fields to look at."""
    title, share = posted.get(f"{kind}~title").strip(), plain_number(posted.get(f"{kind}~share"))
    code = posted.get(f"{kind}~code").strip() or next_code(outline, parent)
    wrong = {f"{kind}~title": N_("Fill this in.")} if not title else {}
    if read_number(share) is None:
        wrong[f"{kind}~share"] = N_("Enter a number.")
    if not _CODE.match(code):
        wrong[f"{kind}~code"] = N_("Use letters and digits without spaces, for example A104.")
    elif outline.entry(code):
        wrong[f"{kind}~code"] = N_("There is an indicator with this number already.")
    elif outline.is_taken(code):
        wrong[f"{kind}~code"] = N_("A bonus, a deduction or a veto has this number already.")
    if wrong:
        raise Invalid(wrong)
    return {"id": code, **({"parent": parent} if parent else {}), "title": {"zh": title}, outline.share_key: share}


def new_block(outline: Outline, block: str, posted: Posted) -> tuple[str, Value]:
    """The code and entry of a block that the form adds at the top or below another block."""
    entry = _new_entry(outline, "" if block == TOP else block, posted, kind="part")
    return entry["id"], entry


def new_indicator(text: str, outline: Outline, block: str, posted: Posted) -> tuple[str, Value]:
    """The code and entry of the indicator that the form adds. A rule with a formula is copied, so that it can be changed alone."""
    parent = posted.get("new~parent", "" if block == TOP else block)
    entry = _new_entry(outline, parent, posted, kind="new")
    code, full = entry["id"], read_number(entry[outline.share_key]) or Fraction(0)
    like = outline.entry(posted.get("new~like"))
    if like is not None and like.rule is None:
        like = None
    model = like or next((one for one in outline.below(parent) if one.is_leaf), None) or next(
        (one for one in outline.entries if one.is_leaf), None)
    shown = as_plain(at(read_tree(text), ("indicators", model.code))) if model else {}
    entry |= {key: shown[key] for key in ("dimension", "source", "verified_by") if shown.get(key)}
    if outline.dimensions and "dimension" not in entry:
        entry["dimension"] = outline.dimensions[0]
    ticked = posted.list("new~categories")
    if ticked and not for_all(outline, ticked, "new~categories"):
        entry["categories"] = [one for one in outline.categories if one in ticked]
    if like is None:
        return code, entry | {"rule": _levels(outline, full if outline.method != "weights" else read_number(outline.most) or Fraction(100))}
    entry |= {key: shown[key] for key in ("kind", "may_not_apply", "applies_if") if shown.get(key)}
    own_formula = like.rule is not None and like.rule.name and like.rule.value
    rule = as_plain(at(read_tree(text), like.rule.path)) if like.rule and own_formula else shown["rule"]
    before = read_number(like.share)
    if isinstance(rule, dict) and before and full != before and outline.method != "weights":
        rule = _scaled(rule, full / before)
    return code, entry | {"rule": rule}


def _levels(outline: Outline, full: Fraction) -> dict[str, Any]:
    levels = [{"level": key, "points": number_text(full * part, most=2), "text": {"zh": words}} for key, part, words in LEVELS]
    return {"type": "levels", "raters": outline.raters[0] if outline.raters else "pair", "levels": levels}


def _scaled(rule: dict[str, Any], by: Fraction) -> dict[str, Any]:
    """The rule of a model with its points in proportion to another full mark."""
    def scaled(step: Any) -> Any:
        keys = [key for key in ("points", "else") if isinstance(step, dict) and isinstance(step.get(key), str)]
        known = {key: read_number(step[key]) for key in keys}
        return step | {key: number_text(value * by, most=2) for key, value in known.items() if value is not None} if keys else step

    return {key: [scaled(one) for one in value] if isinstance(value, list) else value for key, value in rule.items()}


def next_code(outline: Outline, parent: str) -> str:
    """The free number that follows the last indicator of a block: A103 → A104, 2.9 → 2.10, F → G, or H if a deduction is called G01."""
    codes = [one.code for one in outline.children(parent)]
    letter = _next_letter(outline, codes[-1]) if codes else ""
    if letter:
        return letter
    for last in reversed(codes or [f"{parent}.0" if "." in parent or parent.isdecimal() else f"{parent}00"]):
        found = re.match(r"(.*?)(\d+)\Z", last)
        if found:
            stem, digits = found.groups()
            return next(one for one in (f"{stem}{int(digits) + n:0{len(digits)}d}" for n in range(1, 10_000)) if not outline.is_taken(one))
    return next(one for one in (f"{parent or 'N'}{n:02d}" for n in range(1, 10_000)) if not outline.is_taken(one))


def _next_letter(outline: Outline, last: str) -> str:
    """The letter after the last one that nothing is called by, so that what comes below it is free as well."""
    if len(last) != 1 or not "A" <= last < "Z":
        return ""
    taken = {code[:1] for code in (*outline.others, *(one.code for one in outline.entries)) if code[1:].isdecimal() or len(code) == 1}
    return next((one for one in map(chr, range(ord(last) + 1, ord("Z") + 1)) if one not in taken), "")
