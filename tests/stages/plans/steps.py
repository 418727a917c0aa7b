"""Deeds that several tests of this room share."""

from __future__ import annotations

from evalplat.stages.plans import actions, actions_plan, queries
from evalplat.stages.plans.forms import ApprovalForm, EarlierForm, PlanForm
from evalplat.stages.plans.tables import EvaluationPlan
from tests.world import World


def earlier(world: World, unit: str, year: int, **changes: str) -> None:
    """The unit was evaluated before."""
    with world.acting("section") as work:
        actions.add_earlier(work, EarlierForm.model_validate({"unit": unit, "year": year, "document": "滕编办发〔2022〕18号", **changes}))


def drafted(world: World, *, first_year: int = 2027, years: int = 3, light_rest: bool = False) -> str:
    """A plan with proposed batches; its code."""
    with world.acting("section") as work:
        plan = actions_plan.draft_plan(work, PlanForm(title="部门机构编制评估三年规划", first_year=first_year, years=years,
                                                      basis="《机构编制管理评估办法》"))
        actions_plan.propose_rows(work, plan, light_rest=light_rest)
        return plan.code


def approved(world: World, **changes: int | bool) -> str:
    """The same, handed over by the section and approved by the commission."""
    code = drafted(world, **changes)  # type: ignore[arg-type]
    with world.acting("section") as work:
        work.session.get_one(EvaluationPlan, _plan(work, code).id)
        actions_plan.hand_over(work, _plan(work, code))
    with world.acting("commission") as work:
        actions_plan.approve(work, _plan(work, code), ApprovalForm(resolution="经市委编委2026年第3次会议审定"))
    return code


def _plan(work, code: str) -> EvaluationPlan:  # type: ignore[no-untyped-def]
    found = queries.find_plan(work, code)
    assert found is not None
    return found
