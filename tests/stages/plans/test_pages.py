"""The pages: who may see them, what they show again after a refusal, and that no table asks once a row."""

from __future__ import annotations

import pytest

from tests.stages.plans import steps
from tests.world import World, csrf


@pytest.mark.parametrize("path", ["/plans", "/plans.xlsx", "/plans/coverage.svg", "/plans/units/jiaotong"])
def test_units_and_assessors_do_not_see_the_planning(world: World, path: str) -> None:
    for who in ("liaison-jiaotong", "assessor", "sysadmin"):
        with world.client(who) as client:
            assert client.get(path).status_code == 403
    for who in ("commission", "director", "section"):
        with world.client(who) as client:
            assert client.get(path).status_code == 200


def test_only_the_section_drafts_and_only_the_commission_approves(world: World) -> None:
    code = steps.drafted(world)
    with world.client("director") as client:
        token = csrf(client, f"/plans/{code}")
        assert client.get("/plans/new").status_code == 403
        assert client.post(f"/plans/{code}/propose", data={"csrf_token": token}).status_code == 403
        assert client.post(f"/plans/{code}/approve", data={"csrf_token": token}).status_code == 403
        assert client.post(f"/plans/{code}/hand-over", data={}).status_code == 403
        assert client.post(f"/plans/{code}/hand-over", data={"csrf_token": token}).status_code == 303
    with world.client("commission") as client:
        token = csrf(client, f"/plans/{code}")
        assert client.post(f"/plans/{code}/approve", data={"csrf_token": token, "resolution": "经审定"}).status_code == 303
        assert "滕编办发" in client.get(f"/plans/{code}").text


def test_a_plan_goes_through_its_pages_to_a_campaign(world: World) -> None:
    with world.client("section") as client:
        token = csrf(client, "/plans/new")
        bad = client.post("/plans/new", data={"csrf_token": token, "title": "", "first_year": "20x", "years": "3"})
        assert bad.status_code == 422
        assert "20x" in bad.text
        made = client.post("/plans/new", data={"csrf_token": token, "title": "三年规划", "first_year": "2026", "years": "3"})
        assert made.headers["location"].startswith("/plans/2026-2028")
        assert client.post("/plans/2026-2028/propose", data={"csrf_token": token, "light_rest": "1"}).status_code == 303
        row = {"csrf_token": token, "unit": "shenji", "year": "", "to": "2027", "mode": "full", "reason": ""}
        refused = client.post("/plans/2026-2028/rows", data=row)
        assert refused.status_code == 422
        assert client.post("/plans/2026-2028/hand-over", data={"csrf_token": token}).status_code == 303
    with world.client("commission") as client:
        token = csrf(client, "/plans/2026-2028")
        assert client.post("/plans/2026-2028/approve", data={"csrf_token": token}).status_code == 303
    with world.client("section") as client:
        token = csrf(client, "/plans/2026-2028")
        begun = client.post("/plans/2026-2028/begin/2026", data={"csrf_token": token})
        assert begun.headers["location"] == "/c/2026/set-up"
        page = client.get("/c/2026/visits").text
        assert page.count("轻评") >= 2
        drawn = client.post("/c/2026/visits/draw", data={"csrf_token": token, "share": "1", "limit": "90"})
        assert drawn.status_code == 303
        nobody = client.post("/c/2026/visits/draw", data={"csrf_token": token, "share": "0", "limit": "100"})
        assert nobody.status_code == 422
        by_hand = {"csrf_token": token, "unit": "shenji", "mode": "light", "reason": ""}
        assert client.post("/c/2026/visits/mode", data=by_hand).status_code == 422
        assert client.post("/c/2026/visits/mode", data={**by_hand, "reason": "今年已接受巡察"}).status_code == 303
        places = {"csrf_token": token, "places.jiaotong": "政务大厅\n运输服务中心"}
        assert client.post("/c/2026/visits/places", data=places).status_code == 303
        assert "运输服务中心" in client.get("/c/2026/visits").text


def test_an_earlier_evaluation_is_entered_and_filtered(world: World) -> None:
    with world.client("section") as client:
        token = csrf(client, "/plans/units/jiaotong")
        entry = {"csrf_token": token, "unit": "jiaotong", "year": "2019", "kind": "full", "document": ""}
        assert client.post("/plans/units/jiaotong", data=entry).status_code == 422
        assert client.post("/plans/units/jiaotong", data={**entry, "document": "滕编办发〔2019〕7号"}).status_code == 303
        late = client.get("/plans?due=overdue").text
        assert "交通运输局" in late
        assert "审计局" not in late
        assert "审计局" in client.get("/plans?due=never&sort=-risk").text
        assert client.post("/plans/units/jiaotong/remove",
                           data={"csrf_token": token, "year": "2019", "kind": "full", "reason": "误录"}).status_code == 303
        assert client.get("/plans/units/nobody").status_code == 404


def test_weights_are_changed_on_the_page(world: World) -> None:
    with world.client("section") as client:
        token = csrf(client, "/plans")
        page = client.get("/plans").text
        names = [part.split('"', 1)[0] for part in page.split('name="weight.')[1:]]
        values = {f"weight.{name}": "5" for name in names} | {"csrf_token": token, "cycle": "5"}
        assert client.post("/plans/weights", data={**values, "weight.veto": "many"}).status_code == 422
        assert client.post("/plans/weights", data=values).status_code == 303
