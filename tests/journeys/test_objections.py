"""Every way that an objection can end, over HTTP with a set clock; working days across the holidays of October 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from evalplat.campaigns.tables import Window
from evalplat.documents.actions import view_of
from evalplat.documents.queries import documents_of
from evalplat.jobs.queue import run_all
from evalplat.scores import sheet
from evalplat.scores.queries import score_view
from evalplat.scores.ranks import order_of
from evalplat.stages.objections import jobs, queries
from tests.stages.objections.contested import informed
from tests.world import World, csrf

UNIT = "jiaotong"
EVE = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)
"""Monday morning; 1–7 October are holidays, Saturday 10 October is worked."""


def page(unit: str = UNIT) -> str:
    return f"/c/2026/u/{unit}/objection"


@pytest.fixture
def holidays(noticed_world: World) -> World:
    """The letter is received three days before the National Day holidays."""
    noticed_world.now = EVE
    return informed(noticed_world)


def post(world: World, who: str, address: str, *, expect: int = 303, **data: Any) -> str:
    """One press of a button by somebody who opened the page just before."""
    with world.client(who) as client:
        token = csrf(client, "/password")
        answer = client.post(address, data={"csrf_token": token, **data})
        assert answer.status_code == expect, (who, address, answer.status_code, answer.text[:600])
        return answer.text


def see(world: World, who: str, address: str, *, expect: int = 200) -> str:
    with world.client(who) as client:
        answer = client.get(address)
        assert answer.status_code == expect, (who, address, answer.status_code)
        return answer.text


def file_it(world: World, *targets: str, unit: str = UNIT, claim: str = "4.00") -> None:
    """The liaison fills it in, the head signs."""
    for number, target in enumerate(targets, 1):
        post(world, f"liaison-{unit}", page(unit), go="add", new_target=target)
        words = claim if target.startswith("leaf") else "应予撤销。"
        post(world, f"liaison-{unit}", page(unit), **{f"item.{number}.claim": words, f"item.{number}.reasons": "批复在先。"})
    post(world, f"head-{unit}", f"{page(unit)}/sign")


def decide(world: World, number: int, *, unit: str = UNIT, **form: str) -> None:
    """One member proposes, the other agrees."""
    words = {"established": "查阅批复原件，情况属实。", **form}
    post(world, "panel", f"{page(unit)}/items/{number}/propose", **{f"item.{number}.{name}": text for name, text in words.items()})
    post(world, "panel2", f"{page(unit)}/items/{number}/agree", proposal="1")


def state(world: World, unit: str = UNIT) -> str:
    with world.acting("system", write=False) as work:
        return world.evaluation(work, unit).state


def letters(world: World, unit: str = UNIT) -> list[str]:
    """Titles of what was issued about objections, the oldest first."""
    kinds = ("objection_intake", "extension_notice", "review_decision", "correction_decision")
    with world.acting("system", write=False) as work:
        rows = documents_of(work.session, world.evaluation(work, unit))
        return [row.title for row in reversed(rows) if row.kind in kinds and row.state == "issued"]


def points(world: World, leaf: str, unit: str = UNIT) -> Any:
    with world.acting("director", write=False) as work:
        view = score_view(work, world.evaluation(work, unit))
        found = view.leaf(leaf) if view else None
        assert found is not None
        return found.points


def tick(world: World) -> None:
    """The clock's own round."""
    with world.acting("system") as work:
        jobs.close_corrections(work)
        jobs.close_windows(work)


def test_the_window_counts_no_holiday_and_closes_one_second_after_the_last_day(holidays: World) -> None:
    world = holidays
    with world.acting("system", write=False) as work:
        window = work.session.exec(select(Window).where(Window.kind == "objection")).one()
    # 29, 30 September, 8, 9, 10 (worked Saturday), 12, 13, 14, 15, 16 October
    assert window.closes_at.astimezone(world_zone()).date().isoformat() == "2026-10-16"
    assert datetime(2026, 10, 16, 16, 0, tzinfo=UTC) - window.closes_at <= timedelta(seconds=1)
    post(world, "liaison-jiaotong", page(), go="add", new_target="leaf:A101")
    world.now = window.closes_at
    post(world, "liaison-jiaotong", page(), **{"item.1.claim": "4.00", "item.1.reasons": "批复在先。"})
    world.now += timedelta(seconds=1)
    post(world, "head-jiaotong", f"{page()}/sign", expect=410)
    tick(world)
    assert state(world) == "final"
    assert letters(world) == []


def world_zone() -> Any:
    from evalplat.kernel.settings import settings

    return settings().zone


@pytest.mark.parametrize("code", ["wrong_subject", "out_of_scope", "no_reasons", "late"])
def test_refused_with_its_reason_by_letter_and_open_again_while_the_window_is(holidays: World, code: str) -> None:
    world = holidays
    file_it(world, "procedure")
    post(world, "section", f"{page()}/refuse", expect=422, code=code)
    post(world, "section", f"{page()}/refuse", code=code, text="详见说明。")
    assert state(world) == "informed"
    assert letters(world) == ["异议不予受理通知书"]
    with world.acting("system", write=False) as work:
        [letter] = [row for row in documents_of(work.session, world.evaluation(work, UNIT)) if row.kind == "objection_intake"]
        text = "".join(view_of(letter).opening)
        assert letter.number
        assert "2026年10月16日24时" in text
        assert "详见说明。" in text
    run_all(world.engine)
    assert "异议不予受理通知书" in see(world, "head-jiaotong", page())
    with world.client("head-jiaotong") as client:
        assert client.get(f"/documents/{letter.code}.pdf").content.startswith(b"%PDF-")
    see(world, "head-shenji", f"/documents/{letter.code}", expect=404)
    post(world, "head-jiaotong", f"{page()}/sign")  # its items came back as a draft
    assert state(world) == "objected"


def test_completed_within_three_working_days_is_taken_in_and_later_is_refused(holidays: World) -> None:
    world = holidays
    file_it(world, "procedure")
    post(world, "section", f"{page()}/correction", reason="请写明哪一程序。")
    post(world, "section", f"{page()}/correction", expect=409, reason="再补。")
    with world.acting("system", write=False) as work:
        objection = queries.current(work, world.evaluation(work, UNIT))
        assert objection is not None
        due = objection.correction_due
    assert due is not None
    assert (due - timedelta(seconds=1)).astimezone(world_zone()).date().isoformat() == "2026-10-08"  # 29, 30 September, 8 October
    world.now = due
    post(world, "liaison-jiaotong", page(), **{"item.1.claim": "访谈未通知我单位。", "item.1.reasons": "见附件。"})
    post(world, "head-jiaotong", f"{page()}/sign")
    post(world, "section", f"{page()}/accept")
    assert letters(world) == ["异议补正通知书", "异议受理通知书"]
    assert state(world) == "objected"


def test_not_completed_in_time_is_refused_by_the_clock(holidays: World) -> None:
    world = holidays
    file_it(world, "procedure")
    post(world, "section", f"{page()}/correction", reason="请写明哪一程序。")
    with world.acting("system", write=False) as work:
        objection = queries.current(work, world.evaluation(work, UNIT))
        assert objection is not None
        assert objection.correction_due is not None
        due = objection.correction_due
    world.now = due
    tick(world)
    assert state(world) == "objected"
    world.now = due + timedelta(seconds=1)
    post(world, "head-jiaotong", f"{page()}/sign", expect=410)
    tick(world)
    assert state(world) == "informed"
    assert letters(world) == ["异议补正通知书", "异议不予受理通知书"]


def test_the_time_to_decide_is_extended_once_before_it_ends(holidays: World) -> None:
    world = holidays
    file_it(world, "leaf:A101")
    post(world, "section", f"{page()}/accept")
    with world.acting("system", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        objection = queries.current(work, evaluation)
        assert objection is not None
        before = queries.decision_due(work, evaluation, objection)
    post(world, "section", f"{page()}/extend", expect=403, extension_reason="需调阅档案")
    post(world, "director", f"{page()}/extend", expect=422, extension_reason="")
    post(world, "director", f"{page()}/extend", extension_reason="需向省里调阅档案")
    post(world, "director", f"{page()}/extend", expect=409, extension_reason="再延")
    with world.acting("system", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        objection = queries.current(work, evaluation)
        assert objection is not None
        after = queries.decision_due(work, evaluation, objection)
    # 20 working days from 28 September: 29, 30, 8–10, 12–16, 19–23, 26–30 October; ten more: to 13 November
    assert [(moment - timedelta(seconds=1)).astimezone(world_zone()).date().isoformat() for moment in (before, after)] == [
        "2026-10-30", "2026-11-13"]
    assert letters(world)[-1] == "延长异议复核期限通知书"
    assert "2026年11月13日" in see(world, "head-jiaotong", page())
    world.now = after + timedelta(seconds=1)
    post(world, "director", f"{page()}/extend", expect=409, extension_reason="再延")


def test_an_extension_after_the_end_is_refused(holidays: World) -> None:
    file_it(holidays, "leaf:A101")
    post(holidays, "section", f"{page()}/accept")
    holidays.pass_days(45)
    post(holidays, "director", f"{page()}/extend", expect=410, extension_reason="太忙")


@pytest.mark.parametrize("how_far", ["filed", "correcting", "accepted", "decided_by_panel"])
def test_the_unit_takes_it_back_until_the_decision_is_signed(holidays: World, how_far: str) -> None:
    world = holidays
    before = points(world, "A101")
    file_it(world, "leaf:A101")
    if how_far == "correcting":
        post(world, "section", f"{page()}/correction", reason="请补批复。")
    if how_far in ("accepted", "decided_by_panel"):
        post(world, "section", f"{page()}/accept")
    if how_far == "decided_by_panel":
        decide(world, 1, decision="upheld")
    post(world, "liaison-jiaotong", f"{page()}/withdraw", expect=403)
    post(world, "head-shenji", f"{page()}/withdraw", expect=404)
    post(world, "head-jiaotong", f"{page()}/withdraw", withdrawal="已沟通一致。")
    assert state(world) == "informed"
    assert letters(world)[-1] == "异议复核终止通知书"
    post(world, "liaison-jiaotong", page(), expect=410, go="add", new_target="leaf:A101")  # no second objection
    post(world, "head-jiaotong", f"{page()}/withdraw", expect=409)
    post(world, "director", f"{page()}/final")
    assert state(world) == "final"
    assert points(world, "A101") == before


def test_upheld_changed_and_annulled_in_one_decision_and_scored_again_by_another_team(holidays: World) -> None:
    world = holidays
    file_it(world, "leaf:A101", "leaf:A301", "finding:F-01", "procedure", claim="2.90")
    post(world, "section", f"{page()}/accept")
    old = points(world, "A301")
    decide(world, 1, decision="upheld")
    post(world, "panel", f"{page()}/items/2/propose", expect=422,
         **{"item.2.established": "查明。", "item.2.decision": "changed", "item.2.points": str(old - 1)})  # never worse
    decide(world, 2, decision="annulled")
    decide(world, 3, decision="annulled")
    decide(world, 4, decision="upheld")
    post(world, "director", f"{page()}/decision", expect=409, method="查阅底稿")  # approved the report
    post(world, "commission", f"{page()}/decision", method="查阅底稿，听取双方意见。")
    assert state(world) == "decided"
    with world.acting("director", write=False) as work:
        assert len(sheet.versions(work, world.evaluation(work, UNIT))) == 1
    post(world, "director", f"{page()}/final", expect=409)
    assert post(world, "assessor", f"{page()}/again/A301", expect=403, **{"again.A301.level": "A", "again.A301.note": "原组"})
    post(world, "assessor2", f"{page()}/again/A301", **{"again.A301.level": "C", "again.A301.note": "按新材料核。"})
    assert points(world, "A301") == old  # scored again lower: the first points stay
    with world.acting("director", write=False) as work:
        assert [row.version for row in sheet.versions(work, world.evaluation(work, UNIT))] == [1, 2]
    post(world, "director", f"{page()}/final")
    assert state(world) == "final"
    assert letters(world) == ["异议受理通知书", "关于市交通运输局评估结果异议的复核决定书"]


def test_two_objections_at_once_and_the_office_sees_whose_rank_moves(holidays: World) -> None:
    world = informed(holidays, "shenji")
    for unit in ("jiaotong", "shenji"):
        file_it(world, "leaf:C101", unit=unit, claim="4.00")
        post(world, "section", f"{page(unit)}/accept")
    with world.acting("director", write=False) as work:
        before = order_of(work, world.campaign(work))
        view = score_view(work, world.evaluation(work, "shenji"))
        assert view is not None
        leaf = view.leaf("C101")
        assert leaf is not None
        better = str(leaf.effective_max)
        assert before.ranked["jiaotong"].rank == 1
        assert before.ranked["shenji"].rank == 2
    decide(world, 1, unit="jiaotong", decision="upheld")
    decide(world, 1, unit="shenji", decision="changed", points=better)
    for unit in ("jiaotong", "shenji"):
        post(world, "commission", f"{page(unit)}/decision", method="查阅底稿。")
    text = see(world, "section", "/c/2026/objections")
    assert "交通运输局" in text
    assert "审计局" in text
    with world.acting("section", write=False) as work:
        from evalplat.stages.objections.queries_campaign import objections_page

        found = objections_page(work, world.campaign(work))
        assert {line.unit for line in found.lines} == {"jiaotong", "shenji"}
        changed = {one.unit: one for one in found.touched}
        assert changed["jiaotong"].total_before == changed["jiaotong"].total_after
        assert changed["shenji"].total_after > changed["shenji"].total_before
    for who in ("head-jiaotong", "liaison-shenji", "lead", "panel"):
        see(world, who, "/c/2026/objections", expect=403)
    assert "审计局" not in see(world, "head-jiaotong", page())
    see(world, "head-jiaotong", page("shenji"), expect=404)


CORRECTION = f"/c/2026/u/{UNIT}/correction"


def test_a_correction_by_decision_needs_two_people_and_makes_a_version(holidays: World) -> None:
    world = holidays
    before = points(world, "C101")
    data = {"found": "复核汇总表时发现录入数有误", "item.1.leaf": "C101", "item.1.points": "1.50", "item.1.reason": "分母多计2项"}
    for who, status in (("director", 403), ("head-jiaotong", 403), ("lead", 403), ("head-shenji", 404)):
        post(world, who, CORRECTION, expect=status, **data)
    post(world, "section", CORRECTION, expect=422, **{**data, "item.1.points": "99"})
    post(world, "section", CORRECTION, expect=422, found="只说原因")
    post(world, "section", CORRECTION, **data)
    post(world, "section", CORRECTION, expect=409, **data)
    assert points(world, "C101") == before
    post(world, "section", f"{CORRECTION}/sign", expect=403)
    post(world, "director", f"{CORRECTION}/sign")
    assert str(points(world, "C101")) == "1.50"
    assert letters(world) == ["关于更正市交通运输局评估结果的决定"]
    with world.acting("director", write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        first, second = sheet.versions(work, evaluation)
        [document] = [row for row in documents_of(work.session, evaluation) if row.kind == "correction_decision"]
        view = view_of(document)
        assert second.reason == f"更正决定 {document.number}"
        assert (view.stamp.result_version, view.stamp.result_hash) == (2, second.hash)
        assert view.sheets[0].rows[0][:1] == ("C101",)
        assert first.total != second.total
    assert "更正" in see(world, "head-jiaotong", page())
    assert "C101" in see(world, "section", CORRECTION)
    see(world, "head-jiaotong", CORRECTION, expect=403)


def test_no_correction_while_the_panel_has_the_result_and_a_dropped_one_changes_nothing(holidays: World) -> None:
    world = holidays
    before = points(world, "C101")
    data = {"found": "发现录入数有误", "item.1.leaf": "C101", "item.1.points": "1.50", "item.1.reason": "分母多计"}
    post(world, "section", CORRECTION, **data)
    post(world, "director", f"{CORRECTION}/drop")
    assert points(world, "C101") == before
    file_it(world, "leaf:A101")
    post(world, "section", CORRECTION, expect=409, **data)
