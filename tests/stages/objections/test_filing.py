"""A unit objects within its window, completely, signed by its head, once; or lets the window pass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evalplat.kernel.errors import EvalError, Gone, Invalid, Refused
from evalplat.stages.objections import actions, actions_intake, jobs, queries
from evalplat.stages.objections.forms import ItemForm
from evalplat.workflow.stages import State
from tests.stages.objections.contested import PAGE, UNIT, closes_at, draft, filed, open_tasks
from tests.world import World, csrf


def test_people_of_another_unit_find_nothing(informed_world: World) -> None:
    draft(informed_world, "leaf:A101")
    with informed_world.client("liaison-shenji") as client:
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, data={"csrf_token": csrf(client, "/password")}).status_code == 404


def test_the_liaison_does_not_sign_and_the_filler_does_not_read(informed_world: World) -> None:
    draft(informed_world, "leaf:A101")
    with informed_world.client("liaison-jiaotong") as client:
        assert client.post(f"{PAGE}/sign", data={"csrf_token": csrf(client, PAGE)}).status_code == 403
        assert client.post(f"{PAGE}/decline", data={"csrf_token": csrf(client, PAGE)}).status_code == 403
    with informed_world.client("filler-jiaotong") as client:
        assert client.get(PAGE).status_code == 403


def test_without_its_token_nothing_is_saved(informed_world: World) -> None:
    with informed_world.client("liaison-jiaotong") as client:
        assert client.post(PAGE, data={"go": "add", "new_target": "leaf:A101"}).status_code == 403


def test_a_draft_is_its_units_alone(informed_world: World) -> None:
    draft(informed_world, "leaf:A101")
    with informed_world.client("section") as client:
        text = client.get(PAGE).text
    assert "2025年11月已批准" not in text


def test_without_a_script_items_are_added_filled_in_and_removed(informed_world: World) -> None:
    with informed_world.client("liaison-jiaotong") as client:
        token = csrf(client, PAGE)
        for target in ("leaf:A101", "finding:F-01", "procedure"):
            answer = client.post(PAGE, data={"csrf_token": token, "go": "add", "new_target": target})
            assert answer.status_code == 303
        answer = client.post(PAGE, data={"csrf_token": token, "item.1.claim": "3.20", "item.1.reasons": "理由", "remove_item": "2"},
                             files={"item.1.files": ("批复.pdf", b"%PDF-1.7 x", "application/pdf")})
        assert answer.status_code == 303
        text = client.get(PAGE).text
        assert "批复.pdf" in text
        assert "内设机构名称与批准文件不符" in text  # may be chosen again
    with informed_world.acting("section", write=False) as work:
        objection = queries.current(work, informed_world.evaluation(work, UNIT))
        assert objection is not None
        items = queries.items_of(work, objection)
        assert [(item.number, item.subject, item.claim) for item in items] == [(1, "leaf", "3.20"), (2, "procedure", "")]


def test_autosave_keeps_what_was_typed_and_says_when(informed_world: World) -> None:
    draft(informed_world, "leaf:A101")
    with informed_world.client("liaison-jiaotong") as client:
        token = csrf(client, PAGE)
        answer = client.post(f"{PAGE}/draft", data={"csrf_token": token, "item.1.claim": "abc", "item.1.reasons": "半句"})
        assert answer.json()["saved_at"] == "09:00"
        assert "半句" in client.get(PAGE).text


def test_an_incomplete_objection_is_not_filed_and_says_where(informed_world: World) -> None:
    draft(informed_world, "leaf:A101", claim="4.01")
    with informed_world.client("head-jiaotong") as client:
        token = csrf(client, PAGE)
        answer = client.post(f"{PAGE}/sign", data={"csrf_token": token, "item.1.claim": "4.01", "item.1.existed": "1"})
        assert answer.status_code == 422
        for field in ("claim", "reasons", "existed_why"):
            assert f'id="f-item-1-{field}-error"' in answer.text
        assert 'value="4.01"' in answer.text


@pytest.mark.parametrize("target", ["leaf:Z999", "finding:F-99", "leaf", "system", "", "procedure:x"])
def test_only_what_is_offered_can_be_contested(informed_world: World, target: str) -> None:
    with informed_world.acting("liaison-jiaotong") as work, pytest.raises(Invalid):
        actions.add_item(work, informed_world.evaluation(work, UNIT), target)


def test_signing_files_it_and_the_section_is_asked(informed_world: World) -> None:
    filed(informed_world, "leaf:A101", "finding:F-01")
    with informed_world.acting("section", write=False) as work:
        evaluation = informed_world.evaluation(work, UNIT)
        assert evaluation.state == State.OBJECTED
        assert open_tasks(work, evaluation) == {"take_in_objection"}
    with informed_world.client("head-jiaotong") as client:
        text = client.get(PAGE).text
        assert "formaction" not in text
        assert client.post(PAGE, data={"csrf_token": csrf(client, "/password"), "item.1.claim": "4"}).status_code == 409


def test_one_second_late_is_late(informed_world: World) -> None:
    draft(informed_world, "leaf:A101")
    left = closes_at(informed_world)
    assert left > timedelta(days=13)  # ten working days
    informed_world.now += left
    with informed_world.acting("liaison-jiaotong") as work:
        actions.save_items(work, informed_world.evaluation(work, UNIT), {1: ItemForm(claim="3", reasons="在期限内")})
    informed_world.now += timedelta(seconds=1)
    with informed_world.acting("head-jiaotong") as work, pytest.raises(Gone):
        actions.sign(work, informed_world.evaluation(work, UNIT))
    with informed_world.client("liaison-jiaotong") as client:
        token = csrf(client, "/password")
        assert client.post(PAGE, data={"csrf_token": token}).status_code == 410
        assert client.post(f"{PAGE}/draft", data={"csrf_token": token}).status_code == 410
        assert client.get(PAGE).status_code == 200


def test_before_the_letter_is_received_nobody_objects(noticed_world: World) -> None:
    with noticed_world.acting("liaison-jiaotong") as work, pytest.raises(Refused):
        actions.add_item(work, noticed_world.evaluation(work, UNIT), "procedure")
    with noticed_world.client("liaison-jiaotong") as client:
        assert client.get(PAGE).status_code == 200


def test_the_clock_lapses_a_silent_window_and_the_result_becomes_final(informed_world: World) -> None:
    with informed_world.acting("system") as work:
        jobs.close_windows(work)
        assert informed_world.evaluation(work, UNIT).state == State.INFORMED
    informed_world.now += closes_at(informed_world) + timedelta(seconds=1)
    with informed_world.acting("system") as work:
        jobs.close_windows(work)
        evaluation = informed_world.evaluation(work, UNIT)
        assert evaluation.state == State.FINAL
        assert open_tasks(work, evaluation) == set()
        end = queries.end_of(work, evaluation)
        assert end is not None
        assert end.how == "lapsed"


def test_the_clock_leaves_it_to_the_director_where_the_campaign_says_so(informed_world: World) -> None:
    with informed_world.acting("section") as work:
        campaign = informed_world.campaign(work)
        campaign.settings = {**campaign.settings, "finalise_by_clock": False}
        work.add(campaign)
    informed_world.now += closes_at(informed_world) + timedelta(seconds=1)
    with informed_world.acting("system") as work:
        jobs.close_windows(work)
        jobs.close_windows(work)
        evaluation = informed_world.evaluation(work, UNIT)
        assert evaluation.state == State.INFORMED
        assert open_tasks(work, evaluation) == {"finalise"}
    with informed_world.acting("director") as work:
        assert actions.finalise(work, informed_world.evaluation(work, UNIT)).state == State.FINAL


def test_while_the_window_is_open_nothing_becomes_final(informed_world: World) -> None:
    with informed_world.client("director") as client:
        assert client.post(f"{PAGE}/final", data={"csrf_token": csrf(client, "/password")}).status_code == 409


def test_the_head_may_declare_that_there_is_no_objection(informed_world: World) -> None:
    with informed_world.client("head-jiaotong") as client:
        assert client.post(f"{PAGE}/decline", data={"csrf_token": csrf(client, PAGE)}).status_code == 303
        assert client.post(PAGE, data={"csrf_token": csrf(client, "/password")}).status_code == 410
    with informed_world.client("director") as client:
        assert client.post(f"{PAGE}/final", data={"csrf_token": csrf(client, PAGE)}).status_code == 303


def test_a_refused_objection_leaves_the_clock_running(informed_world: World) -> None:
    filed(informed_world, "leaf:A101")
    with informed_world.client("section") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/refuse", data={"csrf_token": token, "code": "no_reasons"}).status_code == 422
        answer = client.post(f"{PAGE}/refuse", data={"csrf_token": token, "code": "no_reasons", "text": "没有说明理由。"})
        assert answer.status_code == 303
    with informed_world.client("head-jiaotong") as client:
        text = client.get(PAGE).text
        assert "没有说明理由。" in text
        assert 'value="3.20"' in text
    with informed_world.acting("director") as work:
        evaluation = informed_world.evaluation(work, UNIT)
        assert evaluation.state == State.INFORMED
        assert open_tasks(work, evaluation) == {"fill_objection"}
        assert not queries.objections_over(work, evaluation).holds
    with informed_world.acting("head-jiaotong") as work:
        assert actions.sign(work, informed_world.evaluation(work, UNIT)).attempt == 2


def test_a_refusal_without_a_reason_is_none(informed_world: World) -> None:
    filed(informed_world, "leaf:A101")
    with informed_world.acting("section") as work, pytest.raises(EvalError):
        actions_intake.refuse(work, informed_world.evaluation(work, UNIT), code="because", text="不受理")


def test_the_unit_completes_its_items_once(informed_world: World) -> None:
    filed(informed_world, "leaf:A101")
    with informed_world.acting("section") as work:
        actions_intake.ask_correction(work, informed_world.evaluation(work, UNIT), reason="请补交批复。")
    with informed_world.client("liaison-jiaotong") as client:
        token = csrf(client, PAGE)
        answer = client.post(PAGE, data={"csrf_token": token, "item.1.claim": "3.40", "item.1.reasons": "补充"})
        assert answer.status_code == 303
        answer = client.post(PAGE, data={"csrf_token": token, "go": "add", "new_target": "procedure"})
        assert answer.status_code == 409
    with informed_world.acting("head-jiaotong") as work:
        actions.sign(work, informed_world.evaluation(work, UNIT))
    with informed_world.acting("section") as work:
        evaluation = informed_world.evaluation(work, UNIT)
        assert open_tasks(work, evaluation) == {"take_in_objection"}
        with pytest.raises(Refused):
            actions_intake.ask_correction(work, evaluation, reason="再补")


def test_what_is_not_completed_in_time_is_not_taken_in(informed_world: World) -> None:
    filed(informed_world, "leaf:A101")
    with informed_world.acting("section") as work:
        actions_intake.ask_correction(work, informed_world.evaluation(work, UNIT), reason="请补交批复。")
    informed_world.pass_days(6)
    with informed_world.acting("head-jiaotong") as work, pytest.raises(Gone):
        actions.sign(work, informed_world.evaluation(work, UNIT))
    with informed_world.acting("system") as work:
        jobs.close_corrections(work)
        evaluation = informed_world.evaluation(work, UNIT)
        assert evaluation.state == State.INFORMED
        [refused] = queries.past_refusals(work, evaluation)
        assert refused.refusal_code == "not_completed"
        assert open_tasks(work, evaluation) == {"fill_objection"}  # the window is still open


def test_evidence_is_downloaded_by_those_who_may_see_the_objection(informed_world: World) -> None:
    draft(informed_world, "leaf:A101")
    with informed_world.acting("liaison-jiaotong") as work:
        file = actions.add_file(work, informed_world.evaluation(work, UNIT), 1, name="批复.pdf", data=b"%PDF-1.7 x")
        code = file.code
    address = f"{PAGE}/files/{code}"
    with informed_world.client("section") as client:
        assert client.get(address).status_code == 404  # a draft's
    with informed_world.acting("head-jiaotong") as work:
        actions.sign(work, informed_world.evaluation(work, UNIT))
    with informed_world.client("section") as client:
        answer = client.get(address)
        assert answer.content == b"%PDF-1.7 x"
        assert answer.headers["content-disposition"].startswith("attachment")
    with informed_world.client("liaison-shenji") as client:
        assert client.get(address).status_code == 404
