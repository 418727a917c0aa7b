"""More time: asked for before the last day, decided with a letter; a second later it is too late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from evalplat.campaigns import windows
from evalplat.documents.actions import view_of
from evalplat.documents.queries import documents_of
from evalplat.kernel.errors import Invalid, Refused
from evalplat.stages.notices import actions, actions_extensions, queries_extensions
from evalplat.stages.notices.forms import ExtensionForm, GrantForm
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.world import World, csrf

PAGE = "/c/2026/u/shenji/extension"
WISH = {"window": "assessment", "until": "2026-10-04", "reason": "主要负责人外出学习"}
LAST = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def _ready(world: World) -> None:
    with world.acting("liaison-shenji") as work:
        actions.acknowledge(work, world.evaluation(work, "shenji"))


def test_the_liaison_drafts_the_head_asks_the_section_grants(noticed_world: World) -> None:
    _ready(noticed_world)
    with noticed_world.client("liaison-shenji") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/ask", data={"csrf_token": token}).status_code == 403
        assert client.post(PAGE, data={"csrf_token": token, **WISH, "until": "2026-09-20"}).status_code == 422
        assert client.post(PAGE, data={"csrf_token": token, **WISH}).status_code == 303
        assert "主要负责人外出学习" in client.get(PAGE).text
    with noticed_world.client("section") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/grant", data={"csrf_token": token, "until": "2026-10-04", "reason": "同意"}).status_code == 409
    with noticed_world.client("head-shenji") as client:
        assert "发送延期申请" in client.get("/").text
        assert client.post(f"{PAGE}/ask", data={"csrf_token": csrf(client, PAGE)}).status_code == 303
    with noticed_world.client("section") as client:
        assert "申请延期" in client.get("/").text
        data = {"csrf_token": csrf(client, PAGE), "until": "2026-10-04", "reason": "情况属实"}
        assert client.post(f"{PAGE}/grant", data=data).status_code == 303
        assert client.post(f"{PAGE}/refuse", data=data).status_code == 404
    with noticed_world.acting("section", write=False) as work:
        row = noticed_world.evaluation(work, "shenji")
        due = windows.due_of(work, row, "assessment")
        # 4 October is a holiday: the next working day is the 8th
        assert due.astimezone(work.settings.zone).date() == date(2026, 10, 8)
        letter = documents_of(work.session, row, kind="extension_notice")[0]
        assert letter.state == "issued"
        assert "由2026年10月1日延至2026年10月8日" in "".join(view_of(letter).opening)
        assert windows.due_of(work, noticed_world.evaluation(work, "jiaotong"), "assessment") < due
    with noticed_world.client("head-shenji") as client:
        text = client.get(PAGE).text
        assert "李敏" not in text
        assert letter.number in text


def test_a_request_is_refused_with_a_letter(noticed_world: World) -> None:
    _ready(noticed_world)
    with noticed_world.client("head-shenji") as client:
        assert client.post(PAGE, data={"csrf_token": csrf(client, PAGE), **WISH}).status_code == 303
    with noticed_world.client("director") as client:
        token = csrf(client, PAGE)
        assert client.post(f"{PAGE}/refuse", data={"csrf_token": token, "reason": ""}).status_code == 422
        assert client.post(f"{PAGE}/refuse", data={"csrf_token": token, "reason": "时间充足"}).status_code == 303
    with noticed_world.acting("section", write=False) as work:
        row = noticed_world.evaluation(work, "shenji")
        assert windows.due_of(work, row, "assessment") == LAST
        assert "时间充足" in "".join(view_of(documents_of(work.session, row, kind="extension_notice")[0]).opening)


def test_a_second_after_the_last_day_it_is_too_late(noticed_world: World) -> None:
    _ready(noticed_world)
    form = ExtensionForm.model_validate(WISH)
    noticed_world.now = LAST
    with noticed_world.acting("head-shenji") as work:
        evaluation = noticed_world.evaluation(work, "shenji")
        row = actions_extensions.ask(work, evaluation, actions_extensions.draft(work, evaluation, form))
        number = row.id
    noticed_world.now = LAST.replace(second=1)
    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, "shenji")
        open_one = queries_extensions.open_one(work, evaluation)
        with pytest.raises(Refused):
            actions_extensions.grant(work, evaluation, open_one, GrantForm(until=date(2026, 10, 9), reason="同意"))
    with noticed_world.acting("section") as work, pytest.raises(Refused):
        actions_extensions.give(work, noticed_world.evaluation(work, "shenji"), form)
    with noticed_world.acting("system") as work:
        assert actions_extensions.lapse(work) == 1
        lines = queries_extensions.extensions_of(work, noticed_world.evaluation(work, "shenji"))
        assert [(line.id, line.state) for line in lines] == [(number, "lapsed")]
    with noticed_world.acting("head-shenji") as work, pytest.raises(Refused):
        actions_extensions.draft(work, noticed_world.evaluation(work, "shenji"), form)


def test_the_office_gives_time_on_its_own(noticed_world: World) -> None:
    set_state(noticed_world, "shenji", State.ACCEPTED)
    form = ExtensionForm.model_validate({"window": "review", "until": "2026-11-20", "reason": "台风影响"})
    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, "shenji")
        letter = actions_extensions.give(work, evaluation, form)
        assert letter.title == "关于延长市审计局实地评估期限的通知"
        assert windows.due_of(work, evaluation, "review").astimezone(work.settings.zone).date() == date(2026, 11, 20)
        with pytest.raises(Invalid):
            actions_extensions.give(work, evaluation, form)


def test_who_may_ask_and_decide(noticed_world: World) -> None:
    _ready(noticed_world)
    for who, path, status in (("section", "", 403), ("lead", "/give", 403), ("head-shenji", "/give", 403), ("head-jiaotong", "", 404)):
        with noticed_world.client(who) as client:
            assert client.post(PAGE + path, data={"csrf_token": csrf(client, "/password"), **WISH}).status_code == status
