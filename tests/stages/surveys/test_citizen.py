"""The citizen's pages in a browser without scripts: whole journeys, mistakes, closed doors, weight."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest

import evalplat
from evalplat.stages.surveys.tables import Ballot, SurveyAnswer, SurveyText, Tally
from tests.world import World

from .conftest import ANSWERS, freeze, link_to, rows, tokens_for
from .visitor import Visitor


def test_before_the_window_the_page_says_when_it_opens(noticed_world: World) -> None:
    link = link_to(noticed_world, "citizen")
    with noticed_world.client() as client:
        visitor = Visitor(client).open(link)
    assert visitor.status == 410
    assert "9月6日" in visitor.text


def test_after_the_window_nothing_is_taken(open_world: World) -> None:
    link = link_to(open_world, "citizen")
    with open_world.client() as client:
        visitor = Visitor(client).open(link).fill(ANSWERS["citizen"])
    open_world.pass_days(40)
    with open_world.client() as client:
        again = Visitor(client, text=visitor.text).send("finish")
        assert again.status == 410
        assert Visitor(client).open(link).status == 410
    assert rows(open_world, SurveyAnswer) == []


@pytest.mark.parametrize("link", ["/s/nothing1", "/s/b", "/s/AAAAAAAAAAAAAAAAAAAAAA", "/s/%00", "/s/%F0%9F%98%80", "/s/a'--"])
def test_unknown_links_are_not_found(open_world: World, link: str) -> None:
    with open_world.client() as client:
        assert client.get(link).status_code == 404


def test_a_link_that_was_taken_down_is_not_found(open_world: World) -> None:
    from evalplat.stages.surveys import actions, queries

    link = link_to(open_world, "citizen")
    with open_world.acting("section") as work:
        row = queries.link_of(work, open_world.campaign(work), link.removeprefix("/s/"))
        assert row is not None
        actions.set_link(work, row, active=False)
    with open_world.client() as client:
        assert client.get(link).status_code == 404


@pytest.mark.parametrize("key", sorted(ANSWERS))
def test_every_questionnaire_is_answered_without_scripts(open_world: World, key: str) -> None:
    given = ANSWERS[key]
    with open_world.client() as client:
        start = link_to(open_world, key) if key in ("citizen", "recipient") else f"/s/{tokens_for(open_world, key)[0]}"
        visitor = Visitor(client).open(start).fill(given)
        visitor.send("finish")
        assert visitor.address.endswith("/done")
        assert re.fullmatch(r"(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}", visitor.receipt)
    [answer] = rows(open_world, SurveyAnswer)
    assert answer.evidence == ("B" if key in ("citizen", "recipient") else "A")
    asked = {(row.question, row.option) for row in rows(open_world, Tally) if row.question != "*"}
    for name, value in given.items():
        for option in value if isinstance(value, list) else [value]:
            assert (name, option) in asked or option in {row.text for row in rows(open_world, SurveyText)}


def test_skips_mistakes_and_way_back(open_world: World) -> None:
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen"))
        visitor.send(C3="5", C11="4")
        assert visitor.status == 422
        assert 'href="#f-C7"' in visitor.text
        assert re.search(r'name="C3" value="5" checked', visitor.text)
        visitor.send(C3="5", C7="5", C11="4")
        assert visitor.names == ["C13", "told"]
        visitor.send("back", C13="长" * 301)
        assert re.search(r'name="C7" value="5" checked', visitor.text)
        visitor.send(C3="1", C7="5", C11="4")
        assert visitor.names == ["C12", "C13", "told"]
        assert "长" * 301 in visitor.text
        visitor.send(C13="长" * 301)
        assert visitor.status == 422
        assert "长" * 301 in visitor.text
        visitor.send(C13="短", C12=["slow"])
        visitor.send("page:rating")
        visitor.send(C3="4", C7="5", C11="4").send(C13="短").send("finish")
        assert visitor.address.endswith("/done")
    [answer] = rows(open_world, SurveyAnswer)
    assert answer.closed == "101..-"[: len(answer.closed)]


def test_text_size_and_language_change_without_losing_anything(open_world: World) -> None:
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen"))
        visitor.send("view:large", C3="5")
        assert 'data-view="large"' in visitor.text
        assert re.search(r'name="C3" value="5" checked', visitor.text)
        visitor.send("language:en", C3="4")
        assert "Very satisfied" in visitor.text
        assert 'lang="en"' in visitor.text
        assert re.search(r'name="C3" value="4" checked', visitor.text)


def test_sending_the_same_form_again_counts_once(open_world: World) -> None:
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen")).fill(ANSWERS["citizen"]).send("finish")
        receipts = {visitor.receipt} | {visitor.repeat().receipt for _ in range(9)}
    assert len(receipts) == 1
    assert len(rows(open_world, SurveyAnswer)) == 1


def test_the_same_browser_again_is_marked_not_refused(open_world: World) -> None:
    link = link_to(open_world, "citizen")
    with open_world.client() as client:
        for _ in range(2):
            Visitor(client).open(link).fill(ANSWERS["citizen"]).send("finish")
    assert sorted(row.evidence for row in rows(open_world, SurveyAnswer)) == ["B", "C"]


def test_a_token_leaves_the_address_at_once_and_works_once(open_world: World) -> None:
    [token] = tokens_for(open_world, "staff")
    with open_world.client() as client:
        first = client.get(f"/s/{token}")
        assert (first.status_code, first.headers["location"]) == (303, "/s/b")
        assert token not in first.headers["set-cookie"]
        visitor = Visitor(client).open(f"/s/{token}")
        assert token not in visitor.text
        visitor.fill(ANSWERS["staff"]).send("finish")
        assert visitor.address == "/s/b/done"
        assert all(token not in action for action, _ in visitor.sent)
        again = Visitor(client).open(f"/s/{token}")
        assert again.status == 410
        assert "已经使用过" in again.text
        assert client.get("/s/b").status_code == 410
    assert len(rows(open_world, Ballot)) == 1


def test_opening_a_token_twice_spends_nothing(open_world: World) -> None:
    """Messengers open links to show a preview, and people come back on another device."""
    [token] = tokens_for(open_world, "staff")
    with open_world.client() as preview:
        preview.get(f"/s/{token}", follow_redirects=True)
    with open_world.client() as client:
        assert Visitor(client).open(f"/s/{token}").fill(ANSWERS["staff"]).send("finish").status == 200


TAMPERED = [
    {"C3": "9", "C7": "5", "C11": "5"},
    {"C3": ["5", "1"], "C7": "5", "C11": "5"},
    {"C3": "5", "C7": "5", "C11": "<script>"},
    {"C3": "5", "C7": "5"},
]


@pytest.mark.parametrize("fields", TAMPERED)
def test_what_no_form_of_ours_can_send_is_refused(open_world: World, fields: dict[str, object]) -> None:
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen")).send(**fields)
    assert visitor.status == 422
    assert "<script>" not in visitor.text
    assert rows(open_world, SurveyAnswer) == []


def test_answers_to_questions_that_are_not_asked_are_refused(open_world: World) -> None:
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen")).send(C3="5", C7="5", C11="5")
        visitor.send(C12=["slow"])
    assert visitor.status == 422


@pytest.mark.parametrize("state", ["", "x.y", "eJw.0000", "ä.ö"])
def test_a_state_that_we_did_not_sign_is_refused(open_world: World, state: str) -> None:
    link = link_to(open_world, "citizen")
    with open_world.client() as client:
        for page in ("rating", "check-answers"):
            answer = client.post(f"{link}/{page}", data={"state": state, "go": "finish"})
            assert answer.status_code == 422
    assert rows(open_world, SurveyAnswer) == []


def test_another_site_cannot_send(open_world: World) -> None:
    with open_world.client() as client:
        visitor = Visitor(client).open(link_to(open_world, "citizen"))
        answer = client.post(visitor.action, data={"state": visitor.state}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_the_first_page_is_light_and_asks_nobody_else(open_world: World) -> None:
    static = Path(evalplat.__file__).parent / "static"
    with open_world.client() as client:
        for key in ("citizen", "recipient"):
            text = client.get(link_to(open_world, key)).text
            found = set(re.findall(r'(?:href|src)="/static/([^"?]+)', text))
            weight = len(gzip.compress(text.encode())) + sum(len(gzip.compress((static / name).read_bytes())) for name in found)
            assert weight <= 50_000
            assert not re.search(r'(?:href|src|action)="https?://', text)
            assert "<script" not in text


def test_a_frozen_survey_takes_nothing_and_keeps_no_ballots(open_world: World) -> None:
    [token] = tokens_for(open_world, "staff")
    with open_world.client() as client:
        Visitor(client).open(f"/s/{token}").fill(ANSWERS["staff"]).send("finish")
    freeze(open_world)
    assert rows(open_world, Ballot) == []
    with open_world.client() as client:
        assert client.get(f"/s/{token}").status_code == 410


def test_whatever_is_sent_the_server_answers_in_sentences(open_world: World) -> None:
    """Made-up fields, values, buttons and pages: never an error of the server, never a stored answer."""
    dice = random.Random(20260906)  # noqa: S311 - the same throws in every run
    values = ["", "5", "9", "na", "\x00", "長" * 5000, "<b>", "{{7*7}}", "-1", "1e309", "😀", "${C3}", "' or 1=1 --", "\ud7ff\u202e"]
    goes = ["next", "back", "finish", "page:x", "page:rating", "view:", "view:large", "language:xx", "", "\x00"]
    pages = ["rating", "last", "check-answers", "nothing", "%00", "done"]
    with open_world.client() as client:
        link = link_to(open_world, "citizen")
        visitor = Visitor(client).open(link)
        for _ in range(400):
            names = dice.sample(["C3", "C7", "C11", "C12", "C13", "told", "notice", "x", "csrf_token", "go"], 4)
            fields = {name: dice.choices(values, k=dice.randint(1, 3)) for name in names}
            state = visitor.state if dice.random() < 0.9 else visitor.state[:-1] + dice.choice("0f")
            answer = client.post(f"{link}/{dice.choice(pages)}", data={**fields, "state": state, "go": dice.choice(goes)})
            assert answer.status_code in (200, 303, 404, 405, 422)
            assert "<b>" not in answer.text
            if answer.status_code == 200 and 'name="state"' in answer.text and dice.random() < 0.5:
                visitor.text = answer.text
    assert all(len(row.closed) == 6 for row in rows(open_world, SurveyAnswer))
