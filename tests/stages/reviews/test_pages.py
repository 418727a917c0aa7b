"""The review's pages: who gets in, what stands there, and what must not."""

from __future__ import annotations

import pytest

from evalplat.stages.reviews import actions_findings, actions_scores
from evalplat.stages.reviews.rules import Method
from tests.stages.reviews.conftest import rate_all, rating, sent_finding, signed_record, with_records
from tests.world import World, csrf

BASE = "/c/2026/u/jiaotong"
PAGES = ("review", "review/records", "review/records/new", "review/checklist", "review/scores", "review/scores/a203",
         "review/figures", "review/figures/t2", "review/figures/t4", "review/figures/t9", "review/findings/new", "findings")


def test_the_unit_never_sees_the_review(accepted_world: World) -> None:
    with accepted_world.client("head-jiaotong") as client:
        for page in PAGES[:-1]:
            assert client.get(f"{BASE}/{page}").status_code == 403, page
        assert client.get(f"{BASE}/findings").status_code == 200
    with accepted_world.client("head-shenji") as client:
        assert client.get(f"{BASE}/findings").status_code == 404
        assert client.get(f"{BASE}/review").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_the_team(accepted_world: World, page: str) -> None:
    with_records(accepted_world)
    with accepted_world.client("lead") as client:
        assert client.get(f"{BASE}/{page}").status_code == 200


def test_pages_open_read_only_for_the_office(accepted_world: World) -> None:
    with accepted_world.client("director") as client:
        assert client.get(f"{BASE}/review").status_code == 200
        assert 'name="level"' not in client.get(f"{BASE}/review/scores/a203").text
        token = csrf(client, "/password")
        assert client.post(f"{BASE}/review/scores/a203", data={"csrf_token": token, "level": "A"}).status_code == 403


def test_a_post_needs_its_token(accepted_world: World) -> None:
    with accepted_world.client("lead") as client:
        for path in ("review/visit", "review/records", "review/checklist/A-1", "review/scores/a203", "findings", "review/seal"):
            assert client.post(f"{BASE}/{path}", data={}).status_code == 403, path


def test_another_ones_rating_is_nowhere_in_the_page(accepted_world: World) -> None:
    secret = "只有陈洁知道的理由"
    with accepted_world.acting("assessor") as work:
        actions_scores.rate(work, accepted_world.evaluation(work, "jiaotong"), "A203", rating("C", secret))
    for who in ("lead", "director", "section"):
        with accepted_world.client(who) as client:
            for page in ("review", "review/scores", "review/scores/a203"):
                assert secret not in client.get(f"{BASE}/{page}").text
    with accepted_world.client("assessor") as client:
        assert secret in client.get(f"{BASE}/review/scores/a203").text
    with accepted_world.acting("lead") as work:
        actions_scores.rate(work, accepted_world.evaluation(work, "jiaotong"), "A203", rating("C"))
    with accepted_world.client("lead") as client:
        assert secret in client.get(f"{BASE}/review/scores/a203").text


def test_rating_goes_on_to_the_next_indicator_and_keeps_what_was_typed(accepted_world: World) -> None:
    with accepted_world.client("lead") as client:
        token = csrf(client, f"{BASE}/review/scores/a203")
        refused = client.post(f"{BASE}/review/scores/a203", data={"csrf_token": token, "level": "A", "note": "写了一半"})
        assert refused.status_code == 422
        assert "写了一半" in refused.text
        answer = client.post(f"{BASE}/review/scores/a203", data={"csrf_token": token, "level": "A", "note": "好", "evidence": "R-01"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/review/scores/a301")


# The guard leaves posted files to the collector; nothing in this room holds them.
def test_a_record_is_written_signed_with_a_scan_and_then_only_read(accepted_world: World) -> None:
    with accepted_world.client("lead") as client:
        token = csrf(client, f"{BASE}/review/records/new")
        fields = {"csrf_token": token, "method": "briefing", "held_on": str(accepted_world.now.date()), "place": "会议室",
                  "assessors": ["lead", "assessor"], "participants": "张强，局长", "content": "听取汇报"}
        wrong = client.post(f"{BASE}/review/records", data=fields, files={"files": ("a.exe", b"MZ", "application/x")})
        assert wrong.status_code == 422
        assert client.get(f"{BASE}/review/records/R-01").status_code == 404
        kept = client.post(f"{BASE}/review/records", data=fields, files={"files": ("汇报.txt", "汇报".encode(), "text/plain")})
        assert (kept.status_code, kept.headers["location"]) == (303, f"{BASE}/review/records/R-01")
        sealed = client.post(f"{BASE}/review/records/R-01/signature", data={"csrf_token": token, "how": "scan", "signed_by": "张强"},
                             files={"scan": ("签字页.pdf", b"%PDF-1.4 x", "application/pdf")})
        assert sealed.status_code == 303
        page = client.get(f"{BASE}/review/records/R-01").text
        assert "汇报.txt" in page
        address = page.split("/review/files/", 1)[1].split('"', 1)[0]
        file = client.get(f"{BASE}/review/files/{address}")
        assert file.content == "汇报".encode()
        assert file.headers["content-disposition"].startswith("attachment")
        assert 'name="how"' not in page
        again = client.post(f"{BASE}/review/records/R-01/change", data=fields)
        assert again.status_code == 409
    with accepted_world.client("head-jiaotong") as client:
        assert client.get(f"{BASE}/review/files/{address}").status_code == 403


def test_a_check_is_saved_by_one_tap_with_and_without_script(accepted_world: World) -> None:
    with accepted_world.client("assessor") as client:
        token = csrf(client, f"{BASE}/review/checklist")
        plain = client.post(f"{BASE}/review/checklist/B-1", data={"csrf_token": token, "answer": "fails", "note": "门牌不符"})
        assert (plain.status_code, plain.headers["location"]) == (303, f"{BASE}/review/checklist#check-B-1")
        part = client.post(f"{BASE}/review/checklist/B-2?block=check", data={"csrf_token": token, "answer": "meets"},
                           headers={"hx-request": "true"})
        assert 'id="done-B" hx-swap-oob="true"' in part.text
        assert part.status_code == 200
        assert part.text.strip().startswith('<li class="task" id="check-B-2"')
        assert "门牌不符" in client.get(f"{BASE}/review/findings/new?check=B-1").text


def test_the_unit_answers_what_was_sent_and_sees_no_draft(accepted_world: World) -> None:
    code = sent_finding(accepted_world, title="第一条问题")
    with accepted_world.acting("lead") as work:
        from tests.stages.reviews.conftest import finding_form
        actions_findings.raise_finding(work, accepted_world.evaluation(work, "jiaotong"), finding_form(title="还没有送出的草稿"))
    with accepted_world.client("liaison-jiaotong") as client:
        page = client.get(f"{BASE}/findings").text
        assert "第一条问题" in page
        assert "还没有送出的草稿" not in page
        assert "陈洁" not in page
        token = csrf(client, f"{BASE}/findings")
        silent = client.post(f"{BASE}/findings/{code}/answer", data={"csrf_token": token, "agrees": "false", "text": ""})
        assert silent.status_code == 422
        dispute = {"csrf_token": token, "agrees": "false", "text": "系临时专班，已有批文。"}
        given = client.post(f"{BASE}/findings/{code}/answer", data=dispute)
        assert given.status_code == 303
        assert client.post(f"{BASE}/findings/{code}/confirm", data={"csrf_token": token}).status_code == 403


def test_a_referral_is_not_for_the_unit(accepted_world: World) -> None:
    code = sent_finding(accepted_world, title="涉嫌违纪的问题")
    with accepted_world.acting("director") as work:
        from evalplat.findings.queries import findings_of
        row = findings_of(work, accepted_world.evaluation(work, "jiaotong"))[0]
        row.destinations = "D3"
        work.add(row)
    with accepted_world.client("head-jiaotong") as client:
        assert "涉嫌违纪的问题" not in client.get(f"{BASE}/findings").text
        token = csrf(client, "/password")
        assert client.post(f"{BASE}/findings/{code}/answer", data={"csrf_token": token, "agrees": "true"}).status_code == 404


def test_recusal_ends_access_at_once(accepted_world: World) -> None:
    with accepted_world.client("assessor") as client:
        token = csrf(client, f"{BASE}/review")
        left = client.post(f"{BASE}/review/recusal", data={"csrf_token": token, "reason": "亲属任职"})
        assert (left.status_code, left.headers["location"]) == (303, "/")
        assert client.get(f"{BASE}/review").status_code == 404
    with accepted_world.client("section") as client:
        assert "陈洁" in client.get("/").text


def test_figures_are_posted_with_reason_or_come_back(accepted_world: World) -> None:
    with accepted_world.client("lead") as client:
        token = csrf(client, f"{BASE}/review/figures/t3")
        name = "T3.leaders_filled|"
        back = client.post(f"{BASE}/review/figures/t3", data={"csrf_token": token, f"value|{name}": "4"})
        assert back.status_code == 422
        done = client.post(f"{BASE}/review/figures/t3", data={
            "csrf_token": token, f"value|{name}": "4", f"reason|{name}": "一人已免职", f"evidence|{name}": "任免文件"})
        assert done.status_code == 303
        assert client.post(f"{BASE}/review/figures/t2/as-reported", data={"csrf_token": token}).status_code == 303
        assert client.get(f"{BASE}/review/figures/t99").status_code == 404


def test_a_refused_proposal_and_a_visit_outside_the_window_come_back(accepted_world: World) -> None:
    with accepted_world.client("lead") as client:
        token = csrf(client, f"{BASE}/review")
        assert client.post(f"{BASE}/review/adjustments", data={"csrf_token": token, "code": "G02"}).status_code == 422
        visit = {"csrf_token": token, "date": "2027-05-01", "place": "局机关"}
        assert client.post(f"{BASE}/review/visit", data=visit).status_code == 422
        proposed = client.post(f"{BASE}/review/adjustments", data={"csrf_token": token, "code": "G02", "count": "2",
                                                                  "reason": "两处自评失实", "evidence": "R-02"})
        assert proposed.status_code == 303
    with accepted_world.client("head-jiaotong") as client:
        assert "两处自评失实" in client.get(f"{BASE}/findings").text
    with accepted_world.client("director") as client:
        token = csrf(client, f"{BASE}/findings")
        early = client.post(f"{BASE}/findings/adjustments/1/decision", data={
            "csrf_token": token, "confirmed": "true", "document": "滕编办〔2026〕8号", "decision_reason": "属实"})
        assert early.status_code == 409


def test_after_the_seal_pages_are_read_only(accepted_world: World) -> None:
    from evalplat.workflow.stages import State

    with accepted_world.acting("lead") as work:
        evaluation = accepted_world.evaluation(work, "jiaotong")
        signed_record(accepted_world, work, evaluation, Method.BRIEFING)
        signed_record(accepted_world, work, evaluation, Method.DOCUMENT_CHECK)
    rate_all(accepted_world, "lead")
    rate_all(accepted_world, "assessor")
    with accepted_world.client("lead") as client:
        token = csrf(client, f"{BASE}/review")
        assert client.post(f"{BASE}/review/seal", data={"csrf_token": token}).status_code == 303
        for page in ("review", "review/records", "review/records/R-01", "review/checklist", "review/scores",
                     "review/figures", "review/figures/t2", "findings"):
            assert f'action="{BASE}' not in client.get(f"{BASE}/{page}").text, page
    with accepted_world.acting("lead", write=False) as work:
        assert accepted_world.evaluation(work, "jiaotong").state == State.REVIEWED
