"""The office's side: who may see what, links and tokens, small cells, freezing, and what reaches the ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlmodel import select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns.tables import Progress
from evalplat.documents.tables import Document
from evalplat.jobs.tables import Job
from evalplat.kernel import clock
from evalplat.kernel.errors import Refused
from evalplat.scores.tables import LedgerEntry
from evalplat.stages.surveys import actions, actions_answers, actions_freeze, queries, rules
from evalplat.stages.surveys.tables import SurveyAnswer, SurveyLink, SurveyText, SurveyWave, Tally, Token
from tests.world import World, csrf

from .conftest import ANSWERS, freeze, link_to, rows, tokens_for

ROOM = "/c/2026/surveys"
LISTS = {key: {name: value if isinstance(value, list) else [value] for name, value in given.items()}
         for key, given in ANSWERS.items()}


def send(world: World, key: str, unit: str = "jiaotong", *, count: int = 1, tokens: bool = False, **changes: str) -> None:
    """So many people answer, by one-time links or the open one."""
    posted = {**LISTS[key], **{name: [value] for name, value in changes.items()}}
    made = tokens_for(world, key, unit, count=count) if tokens else [""] * count
    with world.acting("system", write=False) as work:
        wave, evaluation = queries.wave_of(work, world.campaign(work), key), world.evaluation(work, unit)
    assert wave is not None
    with clock.at(world.now):
        for token in made:
            actions_answers.submit(world.engine, wave, evaluation, posted, token=token)


def ledger_of(world: World, unit: str) -> dict[str, dict[str, object]]:
    """What the survey put for a unit."""
    with world.acting("section", write=False) as work:
        query = select(LedgerEntry).where(LedgerEntry.evaluation_id == world.evaluation(work, unit).id,
                                          LedgerEntry.source == "survey")
        return {row.key: row.value for row in work.session.exec(query)}


# --- who may


@pytest.mark.parametrize("who", ["liaison-jiaotong", "head-jiaotong", "filler-jiaotong", "lead", "panel"])
def test_units_and_teams_see_nothing_of_the_surveys(open_world: World, who: str) -> None:
    with open_world.client(who) as client:
        for page in ("", "/citizen/results/jiaotong", "/citizen/preview/jiaotong"):
            assert client.get(ROOM + page).status_code in (403, 404)


def test_the_third_party_hands_out_links_and_sees_no_results(open_world: World) -> None:
    with open_world.client("third") as client:
        page = client.get(ROOM)
        assert page.status_code == 200
        assert "/results/" not in page.text
        assert client.get(f"{ROOM}/citizen/results/jiaotong").status_code == 403
        token = csrf(client, ROOM)
        fields = {"csrf_token": token, "wave": "staff", "unit": "shenji", "count": "3"}
        assert client.post(f"{ROOM}/tokens", data=fields).status_code == 200
        assert client.post(f"{ROOM}/freeze", data={"csrf_token": token}).status_code == 403
        link = rows(open_world, SurveyLink)[0].code
        assert client.post(f"{ROOM}/links/{link}/off", data={"csrf_token": token}).status_code == 403


def test_the_commission_follows_the_counts_and_hands_out_nothing(open_world: World) -> None:
    with open_world.client("commission") as client:
        page = client.get(ROOM)
        assert page.status_code == 200
        assert "/results/" not in page.text
        assert f'method="post" action="{ROOM}' not in page.text
        assert client.get(f"{ROOM}/citizen/results/jiaotong").status_code == 403
        token = csrf(client, ROOM)
        for deed in ("tokens", "freeze", "links", f"links/{rows(open_world, SurveyLink)[0].code}/off"):
            assert client.post(f"{ROOM}/{deed}", data={"csrf_token": token}).status_code == 403


def test_the_office_without_a_form_token_is_refused(open_world: World) -> None:
    with open_world.client("section") as client:
        assert client.post(f"{ROOM}/tokens", data={"wave": "staff", "count": "3"}).status_code == 403


# --- links and tokens


def test_the_notice_makes_each_wave_once_and_links_for_every_unit(noticed_world: World) -> None:
    assert sorted(wave.key for wave in rows(noticed_world, SurveyWave)) == sorted(ANSWERS)
    assert len(rows(noticed_world, SurveyLink)) == 6
    assert len({link.code for link in rows(noticed_world, SurveyLink)}) == 6


def test_tokens_are_shown_once_and_kept_as_hashes(open_world: World) -> None:
    with open_world.client("section") as client:
        fields = {"csrf_token": csrf(client, ROOM), "wave": "staff", "unit": "", "count": "4"}
        page = client.post(f"{ROOM}/tokens", data=fields)
        assert page.text.count("data:image/svg+xml") == 12
        table = client.post(f"{ROOM}/tokens", data={**fields, "as": "csv"}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(table)))
    assert len(lines) == 12
    secrets = [line["一次性链接"].rpartition("/")[2] for line in lines]
    stored = {row.hash for row in rows(open_world, Token)}
    assert len(stored) == 24
    assert {rules.digest(secret) for secret in secrets} <= stored
    assert not stored & set(secrets)


@pytest.mark.parametrize(("fields", "said"), [
    ({"wave": "staff", "count": ""}, "count"), ({"wave": "staff", "count": "501"}, "count"), ({"count": "3"}, "wave"),
])
def test_a_wrong_number_is_said_beside_the_field(open_world: World, fields: dict[str, str], said: str) -> None:
    with open_world.client("section") as client:
        answer = client.post(f"{ROOM}/tokens", data={"csrf_token": csrf(client, ROOM), **fields})
    assert answer.status_code == 422
    assert f'id="f-{said}-error"' in answer.text


def test_a_poster_is_made_once_and_leads_to_the_survey(open_world: World) -> None:
    code = link_to(open_world, "citizen").removeprefix("/s/")
    with open_world.client("section") as client:
        token = csrf(client, ROOM)
        places = {client.post(f"{ROOM}/links/{code}/poster", data={"csrf_token": token}).headers["location"] for _ in range(2)}
        assert len(places) == 1
        image = client.get(f"{ROOM}/links/{code}.svg")
        assert image.headers["content-type"] == "image/svg+xml"
    [poster] = [row for row in rows(open_world, Document) if row.kind == "poster"]
    assert poster.view["url"].endswith(f"/s/{code}")
    assert poster.state == "issued"


def test_another_place_gets_a_link_of_its_own(open_world: World) -> None:
    with open_world.client("section") as client:
        token = csrf(client, ROOM)
        fields = {"csrf_token": token, "wave": "citizen", "unit": "jiaotong", "label": "政务服务中心"}
        assert client.post(f"{ROOM}/links", data=fields).status_code == 303
        assert "政务服务中心" in client.get(ROOM).text
        assert client.post(f"{ROOM}/links", data={**fields, "unit": "nobody"}).status_code == 404


def test_handing_out_waits_until_every_unit_has_its_links(open_world: World) -> None:
    def waits() -> bool:
        return any(row.act == "make_tokens" and row.done_at is None for row in rows(open_world, Progress))

    assert waits()
    for key in ("staff", "delegate", "counterpart"):
        for unit in ("jiaotong", "shenji", "minzheng"):
            tokens_for(open_world, key, unit)
    assert not waits()


def test_the_preview_shows_every_question_and_stores_nothing(open_world: World) -> None:
    with open_world.client("section") as client:
        page = client.get(f"{ROOM}/citizen/preview/jiaotong")
    assert 'name="C12"' in page.text
    assert "市交通运输局" in page.text
    assert 'name="state"' not in page.text
    assert rows(open_world, SurveyAnswer) == []


# --- results


def test_while_it_is_open_only_numbers_are_shown(open_world: World) -> None:
    send(open_world, "citizen", count=8)
    with open_world.client("section") as client:
        page = client.get(f"{ROOM}/citizen/results/jiaotong").text
    assert "8份答卷" in page
    assert "<progress" not in page
    assert "窗口太少" not in page


def test_small_cells_stay_hidden(open_world: World) -> None:
    send(open_world, "citizen", "jiaotong", count=4)
    send(open_world, "citizen", "shenji", count=5)
    freeze(open_world)
    with open_world.client("section") as client:
        small = client.get(f"{ROOM}/citizen/results/jiaotong").text
        enough = client.get(f"{ROOM}/citizen/results/shenji").text
    assert "不足5人" in small
    assert "<progress" not in small
    assert "窗口太少" not in small
    assert "<progress" in enough
    assert "窗口太少" in enough
    assert ledger_of(open_world, "jiaotong")["survey:citizens"] == {"score": None, "n": 4}


def test_free_answers_are_escaped_and_name_nobody(open_world: World) -> None:
    words = "<b>找张科长</b> 13812345678 110101199003071234 a.b@c.cn ０６３２－５５００００１"
    send(open_world, "citizen", count=5, C13=words)
    [first, *_] = rows(open_world, SurveyText)
    assert first.text == "<b>找张科长</b> ［…］ ［…］ ［…］ ［…］"
    freeze(open_world)
    with open_world.client("section") as client:
        page = client.get(f"{ROOM}/citizen/results/jiaotong").text
    assert "&lt;b&gt;找张科长" in page
    assert "<b>找" not in page


# --- freezing


def test_an_open_survey_is_not_frozen(open_world: World) -> None:
    with open_world.acting("section") as work, pytest.raises(Refused):
        actions.freeze(work, open_world.campaign(work))


def test_freezing_puts_scores_seals_and_opens_the_way(open_world: World) -> None:
    send(open_world, "citizen", count=6)
    send(open_world, "staff", count=6, tokens=True)
    before = {row.key for row in rows(open_world, SurveyAnswer)}
    with open_world.acting("section", write=False) as work:
        assert not queries.survey_frozen(work, open_world.evaluation(work, "jiaotong")).holds
    freeze(open_world)
    found = ledger_of(open_world, "jiaotong")
    assert found["survey:citizens"] == {"score": "57.50", "n": 6}
    assert found["survey:staff"]["n"] == 6
    assert set(found) == {f"survey:{group}" for group in ("citizens", "recipients", "delegates", "counterpart", "staff")}
    assert not before & {row.key for row in rows(open_world, SurveyAnswer)}
    with open_world.acting("section", write=False) as work:
        assert queries.survey_frozen(work, open_world.evaluation(work, "jiaotong")).holds
        for wave in queries.waves_of(work, open_world.campaign(work)):
            assert wave.state == "frozen"
            assert actions_freeze.root_of(work, wave) == wave.root
    sealed = [row for row in rows(open_world, AuditEvent) if row.event == "survey.frozen"]
    assert len(sealed) == 5
    assert all(row.done_at for row in rows(open_world, Progress) if row.act == "freeze_surveys")


def test_a_changed_answer_breaks_the_seal(open_world: World) -> None:
    send(open_world, "citizen", count=5)
    freeze(open_world)
    with open_world.acting("system") as work:
        row = work.session.exec(select(SurveyAnswer)).first()
        assert row is not None
        row.closed = "0" + row.closed[1:]
        work.session.flush()
        wave = queries.wave_of(work, open_world.campaign(work), "citizen")
        assert wave is not None
        assert actions_freeze.root_of(work, wave) != wave.root


def test_tallies_that_differ_from_the_answers_stop_the_freezing(open_world: World) -> None:
    send(open_world, "citizen", count=5)
    with open_world.acting("system") as work:
        row = work.session.exec(select(Tally).where(Tally.question == "C3")).first()
        assert row is not None
        row.n += 1
    freeze(open_world)
    [job] = [row for row in rows(open_world, Job) if row.kind == rules.FREEZE]
    assert "TallyMismatch" in job.error
    assert {wave.state for wave in rows(open_world, SurveyWave) if wave.key == "citizen"} == {"closed"}
    assert ledger_of(open_world, "jiaotong").get("survey:citizens") is None


@pytest.mark.parametrize(("weight", "score", "n"), [
    (0, "80.00", 6), (1, "40.00", 12), ("0.5", "53.33", 9), ("nonsense", "80.00", 6),
])
def test_open_answers_beside_tokens_have_the_campaigns_weight(open_world: World, weight: object, score: str, n: int) -> None:
    same = dict.fromkeys(("R3", "R4", "R5", "R6", "R7", "R9", "R10", "R11", "R12", "R13", "R14"), "4")
    send(open_world, "recipient", count=6, tokens=True, **same)
    send(open_world, "recipient", count=6, **dict.fromkeys(same, "1"), R15="slow")
    with open_world.acting("section") as work:
        campaign = open_world.campaign(work)
        campaign.settings = {**campaign.settings, "open_link_weight": weight}
    freeze(open_world)
    assert ledger_of(open_world, "jiaotong")["survey:recipients"] == {"score": score, "n": n}


def test_open_answers_count_where_there_are_no_tokens(open_world: World) -> None:
    send(open_world, "recipient", count=6)
    freeze(open_world)
    assert ledger_of(open_world, "jiaotong")["survey:recipients"]["n"] == 6


def test_an_extension_keeps_its_unit_open_and_the_wave_unfrozen(open_world: World, place: Callable) -> None:
    from evalplat.campaigns import windows

    open_world.pass_days(30)
    with open_world.acting("section") as work:
        evaluation = open_world.evaluation(work, "jiaotong")
        current = windows.window_for(work, evaluation, "survey")
        assert current is not None
        from datetime import timedelta

        windows.extend(work, evaluation, "survey", closes_at=current.closes_at + timedelta(days=10), reason="回收不足",
                       document="滕编办函〔2026〕3号")
    open_world.pass_days(8)
    with open_world.acting("system") as work:
        assert actions.open_and_close(work) == 0
    send(open_world, "citizen", "jiaotong")
    with pytest.raises(Exception, match="over"):
        send(open_world, "citizen", "shenji")


# --- the pure rules


@pytest.mark.parametrize(("parts", "expected"), [
    ([(Fraction(80), 4, Fraction(1)), (Fraction(40), 4, Fraction(0))], (Fraction(80), 4)),
    ([(Fraction(80), 4, Fraction(1)), (Fraction(40), 4, Fraction(1, 2))], (Fraction(200, 3), 6)),
    ([(None, 0, Fraction(1)), (None, 0, Fraction(1))], (None, 0)),
])
def test_weighted_means_are_exact(parts: list, expected: tuple) -> None:
    assert rules.weighted(parts) == expected


@pytest.mark.parametrize(("text", "kept"), [
    ("办了3次，等了45分钟，2026年9月", "办了3次，等了45分钟，2026年9月"), ("电话138 1234 5678", "电话［…］"),
    ("微信号abc_12345", "微信［…］"),
    ("0632-5500001", "［…］"), ("37040319900307123X", "［…］"), ("卡号6222021234567890123", "卡号［…］"),
])
def test_redaction_takes_what_names_people_and_no_more(text: str, kept: str) -> None:
    assert rules.redact(text) == kept


def test_the_root_depends_on_every_leaf_and_on_no_order() -> None:
    leaves = [str(n).encode() for n in range(7)]
    assert rules.merkle_root(leaves) == rules.merkle_root(leaves[::-1])
    assert rules.merkle_root(leaves) != rules.merkle_root(leaves[:-1])
    assert rules.merkle_root([]) == rules.merkle_root(iter(()))
    assert Decimal(len(rules.merkle_root(leaves))) == 64
