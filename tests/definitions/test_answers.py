"""Answers: the server believes nothing; what it stores it can read back; counts follow from what is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.definitions.answer_codes import (
    BASE,
    HIDDEN,
    UNANSWERED,
    decode,
    encode,
    enough_answered,
    labels,
    quality,
    tally_code,
    tally_deltas,
)
from evalplat.definitions.answers import (
    Posted,
    check,
    next_page,
    options,
    previous_page,
    problem_text,
    values,
    visible,
)
from evalplat.definitions.surveys import Survey, load_survey

ROOT = Path(__file__).resolve().parents[2]
SURVEYS = {path.stem: load_survey(path)[0] for path in sorted((ROOT / "surveys").glob("*.yaml"))}

EVERYTHING = """
settings:
  form_id: all
  version: "1"
  title: {zh: 样卷, en: Sample}
  group: citizen
choices:
  area: [{name: n, label: {zh: 北}}, {name: s, label: {zh: 南}}]
  town:
    - {name: a, label: {zh: 甲}, area: n}
    - {name: b, label: {zh: 乙}, area: s}
    - {name: c, label: {zh: 丙}, area: s}
  many:
    - {name: m1, label: {zh: 一}}
    - {name: m2, label: {zh: 二}}
    - {name: m3, label: {zh: 三}}
    - {name: m4, label: {zh: 四}}
    - {name: m5, label: {zh: 五}}
    - {name: m6, label: {zh: 六}}
    - {name: m7, label: {zh: 七}}
survey:
  - type: begin_group
    name: one
    label: {zh: 一}
    questions:
      - {type: note, name: notice, ep::notice: yes, label: {zh: 说明}}
      - {type: select_one area, name: area, label: {zh: 区}, required: yes}
      - {type: select_one town, name: town, label: {zh: 镇}, choice_filter: "area = ${area}"}
      - type: integer
        name: age
        label: {zh: 岁}
        constraint: . >= 16 and . < 120
        constraint_message: {zh: 请填写 16 到 119 之间的数, en: Between 16 and 119}
      - {type: calculate, name: old, calculation: "if(${age} >= 60, 'yes', 'no')"}
  - type: begin_group
    name: two
    label: {zh: 二}
    relevant: ${old} = 'yes'
    questions:
      - {type: select_multiple many, name: many, label: {zh: 几个}, constraint: count-selected(.) <= 3}
      - {type: text, name: why, label: {zh: "${town}的原因"}, relevant: "selected(${many}, 'm7')", required: yes}
  - type: begin_group
    name: three
    label: {zh: 三}
    questions:
      - {type: decimal, name: share, label: {zh: 数}}
      - {type: date, name: day, label: {zh: 日}, constraint: ". <= '2026-12-31'"}
      - {type: time, name: hour, label: {zh: 时}}
      - {type: acknowledge, name: ok, label: {zh: 同意}}
      - {type: range, name: stars, label: {zh: 星}, parameters: start=1 end=5}
      - {type: text, name: note2, label: {zh: 话}, ep::max_length: 5}
"""


def everything() -> Survey:
    survey, problems = load_survey(EVERYTHING)
    assert survey is not None, [problem.line() for problem in problems]
    return survey


def shipped(name: str) -> Survey:
    survey = SURVEYS[name]
    assert survey is not None
    return survey


RECIPIENT = {
    "R1": ["permit"], "R2": ["counter"], "R8": ["0"], "R3": ["5"], "R4": ["4"], "R5": ["4"], "R6": ["3"],
    "R7": ["na"], "R9": ["4"], "R10": ["2"], "R11": ["5"], "R12": ["na"], "R13": ["4"], "R14": ["4"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("posted", "question", "code"),
    [
        ({"area": []}, "area", "A101"),
        ({"area": ["x"]}, "area", "A102"),
        ({"area": ["n", "s"]}, "area", "A103"),
        ({"town": ["b"]}, "town", "A102"),
        ({"age": ["12"]}, "age", "A105"),
        ({"age": ["12.5"]}, "age", "A107"),
        ({"age": ["1e3"]}, "age", "A107"),
        ({"age": ["9" * 400]}, "age", "A107"),
        ({"age": ["61"], "many": ["m1", "m2", "m3", "m4"]}, "many", "A105"),
        ({"age": ["61"], "many": ["m9"]}, "many", "A102"),
        ({"age": ["61"], "many": ["m7"]}, "why", "A101"),
        ({"many": ["m1"]}, "many", "A104"),
        ({"age": ["61"], "many": ["m1"], "why": ["x"]}, "why", "A104"),
        ({"share": ["1,5"]}, "share", "A107"),
        ({"day": ["2026-02-30"]}, "day", "A107"),
        ({"day": ["2027-01-01"]}, "day", "A105"),
        ({"hour": ["24:00"]}, "hour", "A107"),
        ({"ok": ["yes"]}, "ok", "A102"),
        ({"stars": ["6"]}, "stars", "A102"),
        ({"note2": ["123456"]}, "note2", "A106"),
        ({"note2": ["1", "2"]}, "note2", "A103"),
    ],
)
def test_what_does_not_hold_is_refused_beside_its_question(posted: Posted, question: str, code: str) -> None:
    checked = check(everything(), {"area": ["n"], **posted})
    assert [problem.code for problem in checked.problems[question]] == [code]
    assert question not in checked.answers
    assert not checked.ok


def test_what_holds_is_cleaned_and_kept() -> None:
    posted = {
        "area": ["s"], "town": ["c"], "age": [" ６１ "], "many": ["m7", "m2", "m2"], "why": [" a\r\nb\x00\ud800 "],
        "share": ["0.50"], "day": ["2026-03-01"], "hour": ["08:30"], "ok": ["OK"], "stars": ["5"], "note2": ["  "],
        "csrf": ["token"], "old": ["no"],
    }  # fmt: skip
    checked = check(everything(), posted)
    assert checked.problems == {}
    assert checked.answers == {
        "area": "s", "town": "c", "age": "61", "many": ("m2", "m7"), "why": "a\nb", "share": "0.50",
        "day": "2026-03-01", "hour": "08:30", "ok": "OK", "stars": "5",
    }  # fmt: skip
    assert values(everything(), checked.answers)["old"] == "yes"


def test_the_files_own_words_come_first() -> None:
    problem = check(everything(), {"area": ["n"], "age": ["3"]}).problems["age"][0]
    assert problem_text(problem, "zh") == "请填写 16 到 119 之间的数"
    assert problem_text(problem, "en") == "Between 16 and 119"
    problem = check(everything(), {"area": ["n"], "note2": ["123456"]}).problems["note2"][0]
    assert problem_text(problem, "zh", lambda text: text.replace("Please write at most", "最多")).startswith(
        "最多 5"
    )


def test_pages_follow_the_answers() -> None:
    survey = everything()
    assert next_page(survey, {}) == "one"
    assert next_page(survey, {"age": "20"}, "one") == "three"
    assert next_page(survey, {"age": "70"}, "one") == "two"
    assert next_page(survey, {"age": "70"}, "three") is None
    assert previous_page(survey, {"age": "20"}, "three") == "one"
    assert previous_page(survey, {"age": "20"}, "one") is None
    assert [question.name for question in visible(survey, {"age": "70"}, "two")] == ["many"]
    with pytest.raises(KeyError):
        next_page(survey, {}, "nowhere")
    assert [choice.name for choice in options(survey, survey.question("town"), {"area": "s"})] == ["b", "c"]
    assert survey.words(survey.question("why").label, "zh", {"town": "c"}) == "丙的原因"


def test_one_page_is_checked_with_the_answers_before_it() -> None:
    survey = everything()
    before = {"area": "n", "age": "70", "stars": "4", "share": "bad"}
    checked = check(survey, {"many": ["m1"]}, page="two", before=before)
    assert checked.ok
    assert checked.answers == {"area": "n", "age": "70", "many": ("m1",), "stars": "4"}
    assert checked.dropped == ("share",)
    assert check(survey, {}, page="two", before={"age": "70"}).ok, "another page's required question waits"


def test_what_is_no_longer_asked_is_refused_or_dropped() -> None:
    survey = shipped("recipient")
    posted = {**RECIPIENT, "R15": ["slow"]}
    assert [problem.code for problem in check(survey, posted).problems["R15"]] == ["A104"]
    dropped = check(survey, posted, irrelevant="drop")
    assert dropped.ok
    assert dropped.dropped == ("R15",)
    assert "R15" not in dropped.answers
    again = check(survey, {}, page="last", before={name: found[0] for name, found in posted.items()})
    assert again.ok
    assert "R15" not in again.answers


def test_no_contact_ends_after_one_question() -> None:
    survey = shipped("delegate")
    answers = check(survey, {"D1": ["party"], "D2": ["none"]}, page="about").answers
    assert next_page(survey, answers, "about") == "impression"
    answers = check(survey, {"D16": ["fair"]}, page="impression", before=answers).answers
    assert next_page(survey, answers, "impression") is None
    assert check(survey, {name: [str(answer)] for name, answer in answers.items()}).ok
    assert not enough_answered(survey, answers)


def test_reasons_come_only_after_a_bad_answer() -> None:
    survey = shipped("citizen")
    good = check(survey, {"C3": ["5"], "C7": ["4"], "C11": ["na"]}, page="rating")
    assert good.ok
    assert "C12" not in {question.name for question in visible(survey, good.answers, "last")}
    bad = check(survey, {"C3": ["5"], "C7": ["1"], "C11": ["4"]}, page="rating")
    assert "C12" in {question.name for question in visible(survey, bad.answers, "last")}


def test_an_exclusive_option_stands_alone() -> None:
    survey = shipped("staff")
    assert "S17" in check(survey, {"S17": ["none", "mixed"]}, page="people").problems
    assert "S17" not in check(survey, {"S17": ["none"]}, page="people").problems


def test_stored_form() -> None:
    survey = everything()
    answers = {"area": "s", "age": "70", "many": ("m1", "m3", "m7"), "why": "因为", "stars": "5"}
    closed, texts = encode(survey, answers)
    assert closed == "1-51-4"
    assert texts == {"age": "70", "why": "因为"}
    assert decode(survey, closed) == {"area": "s", "many": ("m1", "m3", "m7"), "stars": "5"}
    assert encode(survey, {"area": "s", "age": "20"})[0] == f"1-{HIDDEN * 2}--"


def test_tallies() -> None:
    survey = everything()
    deltas = tally_deltas(survey, {"area": "s", "age": "70", "many": ("m1", "m7"), "stars": "5"})
    assert deltas == {
        ("area", "s"): 1,
        ("town", UNANSWERED): 1,
        ("many", BASE): 1,
        ("many", "m1"): 1,
        ("many", "m7"): 1,
        ("ok", UNANSWERED): 1,
        ("stars", "5"): 1,
    }
    assert labels(survey, "zh")["many", "m7"] == "七"


@pytest.mark.parametrize("closed", ["", "1-51-", "9-51-4", "1-5~-4", "1!51-4", "1-00-4", "1-51-9"])
def test_a_stored_form_of_another_questionnaire_is_refused(closed: str) -> None:
    with pytest.raises(ValueError, match="stored answer"):
        decode(everything(), closed)


def test_quality_is_coarse() -> None:
    survey = shipped("recipient")
    straight = check(survey, {**RECIPIENT, **{question.name: ["5"] for question in survey.scored}}).answers
    assert quality(survey, straight) == {"straight_line"}
    assert quality(survey, straight, 10) == {"straight_line", "hurried"}
    usual = check(survey, RECIPIENT).answers
    assert quality(survey, usual, 90) == frozenset()
    assert quality(survey, {**usual, "told": "yes"}) == {"coached"}
    assert quality(survey, {"R3": "5"}) == {"incomplete"}
    three_alike = {"C3": "5", "C7": "5", "C11": "5"}
    assert quality(shipped("citizen"), three_alike) == frozenset(), "three equal answers are no pattern"


def _values(survey: Survey) -> st.SearchStrategy[dict[str, list[str]]]:
    """Posts that are sometimes right, sometimes tampered with."""
    fields = {}
    for question in survey.questions:
        known = (
            st.sampled_from(question.options)
            if question.options
            else st.sampled_from(["1", "70", "2026-03-01"])
        )
        fields[question.name] = st.lists(st.one_of(known, known, known, st.text(max_size=6)), max_size=4)
    return st.fixed_dictionaries({}, optional=fields)


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from([*SURVEYS, "all"]))
def test_a_tampered_post_never_crashes_and_never_stores_what_is_not_offered(
    data: st.DataObject, name: str
) -> None:
    survey = everything() if name == "all" else shipped(name)
    posted = data.draw(_values(survey))
    page = data.draw(st.sampled_from([None, *(page.name for page in survey.pages)]))
    checked = check(survey, posted, page=page, irrelevant=data.draw(st.sampled_from(["drop", "refuse"])))
    shown = {question.name for question in visible(survey, checked.answers)}
    for question_name, answer in checked.answers.items():
        question = survey.question(question_name)
        assert question_name in shown
        if question.closed:
            assert set(answer if isinstance(answer, tuple) else (answer,)) <= set(question.options)
    closed, texts = encode(survey, checked.answers)
    assert decode(survey, closed) | texts == checked.answers
    assert tally_code(survey, closed) == tally_deltas(survey, checked.answers)
    again = check(survey, {k: list(v) if isinstance(v, tuple) else [v] for k, v in checked.answers.items()})
    assert again.answers == checked.answers
