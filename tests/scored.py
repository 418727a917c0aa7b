"""A unit with a complete ledger, and an evaluation in any state up to the letter: for the tests of the later rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from evalplat.campaigns import facts, moves, progress
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet
from evalplat.workflow.machine import YES, Fact
from evalplat.workflow.stages import State, at_least
from tests.scoring.tengzhou_data import FIELDS, SURVEYS, TABLES
from tests.world import World

FROM = {"unit": "调查统计表", "office": "编办核定数据", "panel": "实地核查底稿", "register": "实名制系统", "survey": "社会调查"}
CHANGES: dict[str, dict[str, int]] = {
    "jiaotong": {},
    "shenji": {"T8.duties_assigned": 36, "T8.assigned_on_time": 91, "T8.posts_with_duties": 44},
    "minzheng": {"T8.duties_assigned": 34, "T8.key_tasks_done": 7, "T1.structure_mismatches": 1, "T8.tasks_with_process": 45},
}
"""What makes the three units differ; everything else is the same."""

SURE = ("survey_frozen", "not_applicable_approved")
"""Facts of rooms in which these tests are not at home."""


def complete_ledger(world: World, unit: str) -> None:
    """Put a believable value for every indicator; the same in every run and every database."""
    with world.acting("system") as work:
        evaluation = world.evaluation(work, unit)
        system = sheet.system_for(work, evaluation)

        def put(key: str, value: Any, source: str, ref: str = "") -> None:
            ledger.put(work, evaluation, key, value, source=source, ref=ref or FROM.get(source, ""), audited=False)

        for name, value in (FIELDS | CHANGES.get(unit, {})).items():
            put(f"field:{name}", _plain(value), system.fields[name].filled_by)
        for table in TABLES:
            for source, rows in _rows(system, table).items():
                put(f"rows:{table}", rows, source)
        _ratings(world, system, unit, put)
        for group, answer in SURVEYS.items():
            put(f"survey:{group}", {"score": str(answer.score), "n": answer.n}, "survey", f"{group}.yaml 2026.1")


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool) else str(value)


def _rows(system: IndicatorSystem, table: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a table, split by who fills in which column."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in TABLES[table]:
        cells: dict[str, dict[str, Any]] = {}
        for column, value in row.cells.items():
            source = system.fields[f"{table}.{column}"].filled_by
            cells.setdefault(source, {})[column] = _plain(value)
        for source, own in cells.items():
            found.setdefault(source, []).append({"key": row.key, "cells": own})
    return found


def _ratings(world: World, system: IndicatorSystem, unit: str, put: Any) -> None:
    """Two blind assessors who agree, but for one indicator that the lead had to decide."""
    raters = ("lead2", "assessor2") if unit == "minzheng" else ("lead", "assessor")
    for number, leaf in enumerate(system.rubric_leaves):
        levels = [level.key for level in leaf.rule.levels]
        level = levels[1 if number % 3 == 2 else 0]
        apart = number == 0
        for rater, given in zip(raters, (level, levels[-1] if apart else level), strict=True):
            put(f"rating:{leaf.code}:{rater}", {"level": given}, "panel", f"评分底稿 {leaf.code}")
        if apart:
            put(f"lead:{leaf.code}", {"level": levels[1], "note": "网上公开内容不全，取中间档。"}, "panel", f"调解说明 {leaf.code}")


@contextmanager
def sure_of(*names: str) -> Iterator[None]:
    """Inside, these facts hold whatever their rooms say: the surveys of these tests are neither opened nor frozen."""
    asked = facts.ask

    def ask(work: Work, subject: Any, wanted: Iterable[str]) -> dict[str, Fact]:
        known = list(wanted)
        rest = asked(work, subject, [name for name in known if name not in names])
        return {name: YES if name in names else rest[name] for name in known}

    facts.ask = ask
    try:
        yield
    finally:
        facts.ask = asked


def set_state(world: World, unit: str, state: State, *, move: str = "") -> None:
    """Put an evaluation into a state without its moves, close what waited, open what waits after ``move``. For tests alone."""
    with world.acting("system") as work:
        evaluation = world.evaluation(work, unit)
        evaluation.state, evaluation.entered_at = state, work.now
        work.session.add(evaluation)
        work.session.flush()
        progress.drop_all(work, evaluation)
        work.session.flush()
        for deed in moves._after.get(move, []):
            deed(work, evaluation)


def at_state(world: World, unit: str, state: State | str) -> None:
    """Bring an evaluation to a state: up to ``reviewed`` directly, with a complete ledger; from there to ``informed``
    by the real deeds of report and feedback; later states directly."""
    wanted = State(state)
    if not at_least(wanted, State.REVIEWED):
        set_state(world, unit, wanted)
        return
    complete_ledger(world, unit)
    set_state(world, unit, State.REVIEWED, move="seal_review")
    with ExitStack() as stack:
        stack.enter_context(sure_of(*SURE))
        for reached, who, deed in _deeds(unit):
            if at_least(wanted, reached):
                with world.acting(who) as work:
                    deed(work, world.evaluation(work, unit))
    if at_least(wanted, State.OBJECTED):
        set_state(world, unit, wanted)


def _deeds(unit: str) -> list[tuple[State, str, Any]]:
    """State that the deed is needed for, who does it, the deed."""
    from evalplat.stages.feedback import actions as feedback
    from evalplat.stages.feedback import queries as letters
    from evalplat.stages.reports import actions as reports
    from evalplat.stages.reports import queries_text as texts

    lead = "lead2" if unit == "minzheng" else "lead"

    def write(work: Work, evaluation: Any) -> None:
        reports.write_report(work, evaluation, texts.suggested(work, evaluation))

    def write_letter(work: Work, evaluation: Any) -> None:
        feedback.write_letter(work, evaluation, letters.suggested(work, evaluation))

    return [
        (State.SCORED, lead, reports.score),
        (State.MODERATED, "section", lambda w, e: reports.record_minutes(w, e, minutes())),
        (State.MODERATED, "section", reports.moderate),
        (State.REPORTED, lead, write),
        (State.REPORTED, lead, reports.hand_over),
        (State.REPORTED, "section", reports.check),
        (State.REPORTED, "director", reports.approve),
        (State.INFORMED, "section", write_letter),
        (State.INFORMED, "section", feedback.number),
        (State.INFORMED, "director", feedback.issue),
    ]


def minutes(number: str = "会审〔2026〕1号") -> Any:
    """Minutes of a moderation meeting."""
    from evalplat.stages.reports.forms import MinutesForm

    return MinutesForm(number=number, held_on=date(2026, 9, 1), participants="李敏、王磊、陈洁、刘洋")

