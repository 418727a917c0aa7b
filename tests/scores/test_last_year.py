"""Last year's result for an indicator without a value: only where the file says so, from the concluded campaign before this one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores import last_year, ledger, rebuilt, sheet
from evalplat.scores.measurements import measurements
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import State
from tests import scored
from tests.defined import redefine
from tests.pages.rich import give_result
from tests.scoring.tengzhou_data import tengzhou
from tests.world import World

ASKED = ('title: {zh: "编制类别使用合规"', 'missing: last_year\n    title: {zh: "编制类别使用合规"')
REF = "2025年度机构编制综合评估 第2版结果"


def before(work: Work, world: World, *, state: str = "concluded", year: int = 2025, kind: str = "comprehensive") -> ResultVersion:
    """An earlier campaign in which jiaotong has two versions of a result."""
    now = world.campaign(work)
    given = now.model_dump(exclude={"id", "code", "title", "year", "state", "census_date", "kind"})
    campaign: Campaign = work.add(Campaign(**given, code=f"{year}{state}", title=f"{year}年度机构编制综合评估", year=year,
                                           state=state, kind=kind, census_date=date(year, 8, 31)))
    row: Evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id or 0, unit_id=world.units["jiaotong"],
                                          state=State.FINAL, entered_at=work.now))
    give_result(work, row, "jiaotong", 0)
    return give_result(work, row, "jiaotong", 1, version=2)


def values(work: Work, world: World) -> dict[str, object]:
    """What the ledger has of last year."""
    found = ledger.entries(work, world.evaluation(work, "jiaotong"), prefix=last_year.KEY)
    return {entry.key: (entry.value, entry.ref, entry.source) for entry in found}


def test_only_where_the_file_asks(noticed_world: World) -> None:
    assert last_year.asked(tengzhou()) == ()
    with noticed_world.acting("system") as work:
        before(work, noticed_world)
        last_year.bring(work, noticed_world.evaluation(work, "jiaotong"))
        assert values(work, noticed_world) == {}


def test_an_evaluation_of_another_kind_stands_in_for_nothing(noticed_world: World) -> None:
    redefine(noticed_world, ASKED)
    with noticed_world.acting("system") as work:
        before(work, noticed_world, kind="thematic")
        last_year.bring(work, noticed_world.evaluation(work, "jiaotong"))
        assert values(work, noticed_world) == {}


def test_the_newest_version_of_the_concluded_campaign_before_counts_and_stands_for_what_is_missing(noticed_world: World) -> None:
    world = noticed_world
    redefine(world, ASKED)
    scored.complete_ledger(world, "jiaotong")
    with world.acting("system") as work:
        before(work, world)
        before(work, world, state="issued", year=2026)
        before(work, world, year=2024)
        row = world.evaluation(work, "jiaotong")
        last_year.bring(work, row)
        last_year.bring(work, row)
        assert values(work, world) == {"last:C102": ({"points": "2.00", "full": "2"}, REF, "system")}
        assert sheet.compute(work, row).units[0].leaf("C102").treatment == ""
        for source in ("register", "office", "unit", "panel"):
            ledger.withdraw(work, row, "field:T9.mixed_persons", source=source, reason="test")
        given = measurements(sheet.system_for(work, row), work.session.get_one(Unit, row.unit_id), ledger.entries(work, row))
        assert given.last["C102"].share == Fraction(1)
        unit = sheet.compute(work, row).units[0]
        leaf = unit.leaf("C102")
        assert (leaf.state, leaf.treatment, leaf.points) == ("missing", "last_year", Decimal("2.00"))
        assert REF in leaf.refs
        assert "last_year" in unit.marks
        frozen = sheet.freeze(work, row, reason="test")
    with world.acting("system") as work:
        row = world.evaluation(work, "jiaotong")
        assert rebuilt.rebuilt(work, row, frozen).changes == ()


def test_what_was_itself_carried_over_is_not_carried_twice() -> None:
    leaf = {"code": "C101", "state": "missing", "points": "3.00", "effective_max": "4"}
    assert last_year.earned({"units": [{"leaves": [leaf]}]}, ("C101",)) == {}
    assert last_year.earned({"units": [{"leaves": [leaf | {"state": "scored"}]}]}, ("C101",)) == {"C101": {"points": "3.00", "full": "4"}}
    assert last_year.earned({"units": [{"leaves": [leaf | {"state": "scored", "effective_max": "0"}]}]}, ("C101",)) == {}
