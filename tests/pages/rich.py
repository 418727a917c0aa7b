"""A campaign in full swing for the pages: more units, states set by hand, findings, frozen results. For tests alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from sqlmodel import select

from evalplat.campaigns import progress, setup
from evalplat.campaigns.tables import Evaluation, Step, Team
from evalplat.findings import actions as findings
from evalplat.kernel.work import Work
from evalplat.people import actions as people
from evalplat.people.roles import Role
from evalplat.people.tables import Unit, User
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.scoring.canonical import canonical_bytes, result_hash
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements
from evalplat.workflow.stages import STAGE_OF, Stage, State
from tests.scoring.tengzhou_data import full_unit, tengzhou
from tests.world import World

MORE = (
    ("jiaoyu", "市教育和体育局", "教育和体育局", State.MODERATED), ("shuili", "市水利局", "水利局", State.REPORTED),
    ("chengguan", "市综合行政执法局", "综合行政执法局", State.ACCEPTED), ("minzhengju", "市卫生健康局", "卫生健康局", State.OBJECTED),
    ("sifa", "市司法局", "司法局", State.SUBMITTED), ("shichang", "市市场监督管理局", "市场监督管理局", State.SCORED),
    ("caizheng", "市财政局", "财政局", State.ASSESSING), ("renshe", "市人力资源和社会保障局", "人力资源和社会保障局", State.INFORMED),
)
MOVES = {State.ASSESSING: "acknowledge", State.SUBMITTED: "submit", State.ACCEPTED: "accept", State.REVIEWED: "seal_review",
         State.SCORED: "score", State.MODERATED: "moderate", State.REPORTED: "approve_report", State.INFORMED: "inform",
         State.OBJECTED: "object"}


def enrich(world: World) -> World:
    """Set states by hand (no room is asked), so that every kind of row stands on the pages."""
    with world.acting("section") as work:
        campaign = world.campaign(work)
        issued, campaign.state = campaign.state, "drafted"
        team = work.session.exec(select(Team).where(Team.campaign_id == campaign.id)).first()
        for code, name, short, state in MORE:
            unit = people.add_unit(work, code=code, name=name, short_name=short, category="gov", facts={})
            world.units[code] = unit.id or 0
            row = setup.add_evaluation(work, campaign, unit)
            row.team_id = team.id if team else None
            put_at(work, row, state)
        campaign.state = issued
        put_at(work, world.evaluation(work, "minzheng"), State.ASSESSING)
        work.session.add(campaign)
    with world.acting("section") as work:
        for number, (code, *_rest) in enumerate(MORE):
            row = world.evaluation(work, code)
            if row.state in (State.SCORED, State.MODERATED, State.REPORTED, State.INFORMED, State.OBJECTED):
                give_result(work, row, code, number)
            give_answers(work, row, 120 + 37 * number)
            progress.wait(work, row, "see_notice", stage=STAGE_OF[State(row.state)], href=f"/c/2026/u/{code}",
                          due_at=work.now + timedelta(days=number * 3 - 2))
        progress.wait(work, world.evaluation(work, "jiaoyu"), "approve_report", stage=Stage.REPORT, href="/c/2026/u/jiaoyu/report",
                      due_at=work.now + timedelta(days=2))
        give_findings(work, world.evaluation(work, "shichang"))
    return world


def put_at(work: Work, row: Evaluation, state: State) -> None:
    """Put an evaluation into a state with the steps that lead there; no room is asked."""
    order = [s for s in State if s in MOVES or s == State.NOTIFIED]
    for before, after in pairwise(order):
        if order.index(after) <= order.index(state):
            work.add(Step(office_id=work.office_id, evaluation_id=row.id, move=MOVES[after], stage=STAGE_OF[after],
                          from_state=before, to_state=after, at=work.now, by_user_id=work.actor.user_id, by_name=work.actor.name))
    row.state, row.entered_at = state, work.now
    work.add(row)


def give_result(work: Work, row: Evaluation, code: str, number: int, *, version: int = 1) -> ResultVersion:
    """A frozen version, computed by the engine from made-up measurements."""
    system = tengzhou()
    unit = full_unit(system, code)
    fields = {**unit.fields, "T8.duties_assigned": 38 - 2 * number, "T8.tasks_with_process": 54 - 3 * number, "T6.seconded_out": number % 4}
    result = score(system, Measurements([replace(unit, fields=fields)]))
    one = result.units[0]
    made: ResultVersion = work.add(ResultVersion(
        office_id=work.office_id, evaluation_id=row.id, version=version, hash=result_hash(result), system_hash=result.system_hash,
        input_hash=result.input_hash, canonical=canonical_bytes(result).decode(), total=one.total, grade=one.grade,
        score_x=one.score_x, score_y=one.score_y, marks=list(one.marks), reason="会商", made_by=work.actor.user_id, made_at=work.now))
    return made


def give_answers(work: Work, row: Evaluation, count: int) -> None:
    """Survey results in the ledger."""
    work.add(LedgerEntry(office_id=work.office_id, evaluation_id=row.id, key="survey:citizens", source="survey",
                         value={"score": "80", "n": count}, put_at=work.now))


def give_findings(work: Work, row: Evaluation) -> None:
    """Three findings: one to be rectified, one to be studied, one referral."""
    texts = (("P22", "major", "两处内设机构名称与批准文件不一致", "D2"), ("P35", "minor", "长期借出3人未办手续", "D1"),
             ("P83", "critical", "虚报在编人员数据", "D3"))
    for category, severity, title, destination in texts:
        found = findings.raise_finding(work, row, category=category, severity=severity, title=title, description=title)
        found.state, found.destinations = "routed", destination
        work.session.add(found)


def lender(world: World) -> None:
    """Somebody of the section who may stand in for the director."""
    with world.acting("sysadmin") as work:
        user, _ = people.add_user(work, login="deputy", name="秦岭", roles=[(Role.CO_REVIEWER, None)], post="副主任",
                                  password="Testing-2026-x", must_change=False)
        world.users["deputy"] = user.id or 0


def unit_named(work: Work, code: str) -> Unit:
    """A unit by its code."""
    return work.session.exec(select(Unit).where(Unit.code == code)).one()


def user_named(work: Work, login: str) -> User:
    """A user by login."""
    return work.session.exec(select(User).where(User.login == login)).one()
