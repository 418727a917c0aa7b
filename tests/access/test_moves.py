"""Every move × every role × every state: who may by the policy, from where by the table; nothing else ever writes a state."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.access.scope import find_evaluation
from evalplat.campaigns import facts, moves
from evalplat.kernel.errors import MoveBlocked
from evalplat.workflow.machine import EVALUATION
from evalplat.workflow.stages import State
from evalplat.workflow.table import EVALUATION_MOVES, every_fact
from tests.scored import sure_of
from tests.world import STAFF, World

PACKAGE = Path(__file__).parents[2] / "evalplat"
WHO = [login for login, _, _ in STAFF] + [f"{role}-{unit}" for role in ("head", "liaison", "filler") for unit in ("jiaotong", "shenji")]
ALLOWED: dict[str, set[str]] = {
    "issue": {"director"},
    "acknowledge": {"head-jiaotong", "liaison-jiaotong"},
    "submit": {"head-jiaotong"},
    "refuse_assessment": {"section"},
    "return_once": {"lead", "assessor", "section"},
    "accept": {"lead", "assessor", "section"},
    "seal_review": {"lead"},
    "reopen_review": {"director", "section"},
    "score": {"lead"},
    "moderate": {"section"},
    "approve_report": {"director"},
    "inform": {"director"},
    "object": {"head-jiaotong"},
    "refuse_objection": {"section"},
    "withdraw_objection": {"head-jiaotong"},
    "decide": {"director", "commission"},
    "rescore": {"lead2", "assessor2"},
    "finalise": {"director"},
    "follow_up": {"director"},
    "close": {"director"},
    "look_back": {"lead", "assessor"},
}
"""Who may make each move of jiaotong's evaluation (team 1) while it stands where the move starts."""


def test_every_fact_is_provided_by_a_room(noticed_world: World) -> None:
    assert every_fact() <= facts.provided()


def test_every_move_has_an_act_and_a_line_above() -> None:
    assert {move.name for move in EVALUATION_MOVES} == set(ALLOWED)
    assert {move.act for move in EVALUATION_MOVES} <= set(Act)


@pytest.mark.parametrize("move", list(EVALUATION_MOVES), ids=lambda move: move.name)
def test_only_these_people_may(noticed_world: World, move) -> None:
    state = next(source for source in move.sources)
    with noticed_world.acting("system") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        evaluation.state = state
        work.session.add(evaluation)
        work.session.flush()
        found = set()
        for who in WHO:
            person = noticed_world.person(work.session, who)
            seen = find_evaluation(work.session, person, "2026", "jiaotong")
            if seen is not None and may(person, Act(move.act), seen):
                found.add(who)
        assert found == ALLOWED[move.name]


@pytest.mark.parametrize("move", list(EVALUATION_MOVES), ids=lambda move: move.name)
def test_a_move_is_made_only_from_its_states(noticed_world: World, move) -> None:
    with sure_of(*every_fact()):
        for state in State:
            with noticed_world.acting("system") as work:
                evaluation = noticed_world.evaluation(work, "jiaotong")
                evaluation.state = state
                work.session.add(evaluation)
                work.session.flush()
                blocked = moves.blocked_by(work, evaluation, move.name)
                assert (blocked == ()) == (state in move.sources), (move.name, state)
                if state not in move.sources:
                    with pytest.raises(MoveBlocked):
                        moves.make(work, evaluation, move.name)
                work.session.rollback()
                work.before_commit.clear()


def test_nothing_moves_while_it_stands_still(noticed_world: World) -> None:
    with noticed_world.acting("system") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        evaluation.side = "suspended"
        work.session.add(evaluation)
        work.session.flush()
        for name in EVALUATION:
            assert moves.blocked_by(work, evaluation, name) != ()


def test_only_the_moves_module_writes_a_state() -> None:
    writers = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
            writers.extend(path.relative_to(PACKAGE).as_posix() for target in flat if isinstance(target, ast.Attribute)
                           and target.attr == "state" and _looks_like_evaluation(target.value))
    assert set(writers) <= {"campaigns/moves.py"}


def _looks_like_evaluation(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("evaluation", "campaign", "locked", "moved")
