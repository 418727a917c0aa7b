"""Questionnaire files: the shipped ones are whole, broken ones are told line, column and code."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.cli_surveys import run_check
from evalplat.definitions.surveys import Choice, Survey, load_survey, problem_words
from evalplat.kernel.i18n import catalogue

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "surveys").glob("*.yaml"))
CHINESE = catalogue("zh")
BROKEN = sorted((Path(__file__).parent / "broken" / "surveys").glob("*.yaml"))


def shipped(name: str) -> Survey:
    survey, problems = load_survey(ROOT / "surveys" / f"{name}.yaml")
    assert survey is not None, problems
    return survey


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_questionnaire_is_whole(path: Path) -> None:
    survey, problems = load_survey(path)
    assert [problem.line() for problem in problems] == []
    assert survey is not None
    assert survey.key == path.stem
    assert len(survey.pages) <= 4
    assert survey.pages[0].questions[0].notice
    assert sum(dimension.weight for dimension in survey.dimensions.values()) in {80, 100}
    for question in survey.questions:
        assert set(question.label) == {"zh", "en"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_scored_question_is_a_full_question_that_fits_its_scale(path: Path) -> None:
    survey, _ = load_survey(path)
    assert survey is not None
    for question in survey.scored:
        assert question.choices is not None
        points = [choice.points for choice in question.choices.choices if choice.points is not None]
        assert points == [100, 80, 60, 30, 0]
        words = question.label["zh"]
        agreement = question.choices.choices[0].label["zh"] == "非常同意"
        assert words.endswith("。" if agreement else "满意吗？"), words


def test_the_notice_says_who_why_how_long_voluntary_anonymous_and_whom_to_call() -> None:
    for path in SHIPPED:
        survey, _ = load_survey(path)
        assert survey is not None
        notice = survey.for_unit("市水务局", office="市委编办", contact="0000-12310", retention="一年")
        words = notice.words(notice.question("notice").label, "zh")
        for part in ("市水务局", "市委编办", "0000-12310", "一年", "评估", "自愿", "匿名"):
            assert part in words
        assert " " not in words


def test_the_open_form_is_short_and_diagnostic_items_never_score() -> None:
    assert len(shipped("citizen").scored) == 3
    assert shipped("citizen").anonymity == "open"
    assert {"S8", "S10"}.isdisjoint(question.name for question in shipped("staff").scored)
    assert {"D11", "D12"}.isdisjoint(question.name for question in shipped("delegate").scored)


def test_dimensions_carry_their_weights() -> None:
    survey = shipped("recipient")
    assert {key: dimension.weight for key, dimension in survey.dimensions.items()} == {
        "attitude": Decimal(20),
        "ability": Decimal(20),
        "efficiency": Decimal(20),
        "effect": Decimal(40),
    }
    assert survey.question("R7").points("na") is None
    assert survey.question("R7").points("2") == 30


def expected(path: Path) -> list[str]:
    head = path.read_text(encoding="utf-8").split("\n", 1)[0]
    return head.removeprefix("# expect: ").split(", ")


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_questionnaire_is_told_its_places(path: Path) -> None:
    survey, problems = load_survey(path)
    assert survey is None
    found = [f"{one.where.line}:{one.where.column} {one.code}" for one in problems if one.severity == "error"]
    assert found == expected(path)
    for problem in problems:
        assert "{" not in problem.text().replace("${", "")


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_what_is_wrong_can_be_said_in_chinese(path: Path) -> None:
    for problem in load_survey(path)[1]:
        if problem.code.startswith("S"):
            words = problem_words(problem, lambda text: CHINESE.get(text, (text,))[0])
            assert re.search("[\u4e00-\u9fff]", words), words
            assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", words), words


def test_the_example_in_the_documentation_is_right() -> None:
    text = (ROOT / "docs" / "survey-file.md").read_text(encoding="utf-8")
    survey, problems = load_survey(text.split("```yaml\n")[1].split("```")[0])
    assert survey is not None
    assert problems == []


def test_there_are_enough_broken_questionnaires() -> None:
    assert len(BROKEN) >= 12


def test_everything_wrong_comes_out_in_one_run() -> None:
    text = (ROOT / "surveys" / "citizen.yaml").read_text(encoding="utf-8")
    text = text.replace("group: citizen", "group: citisen").replace("'2' or", "'22' or", 1)
    text = text.replace("type: text", "type: txet").replace("overall: C11", "overall: C12")
    _, problems = load_survey(text, file="c.yaml")
    assert [problem.code for problem in problems] == ["S104", "S410", "S306", "S202"]
    assert problems[0].line().startswith("c.yaml:")
    assert 'Did you mean "citizen"?' in problems[0].text()


def test_the_hash_follows_the_content_and_not_the_layout() -> None:
    path = ROOT / "surveys" / "citizen.yaml"
    text = path.read_text(encoding="utf-8")
    plain, _ = load_survey(text)
    same, _ = load_survey("# another comment\n" + text.replace("form_id: citizen", 'form_id:   "citizen"'))
    other, _ = load_survey(text.replace("最后两问", "最后两题"))
    assert plain is not None
    assert same is not None
    assert other is not None
    assert plain.hash == same.hash == shipped("citizen").hash
    assert plain.hash != other.hash
    assert re.fullmatch(r"[0-9a-f]{64}", plain.hash)


def test_a_unit_brings_its_own_list_and_keeps_the_general_options() -> None:
    survey = shipped("recipient")
    assert survey.unit_lists == {"service_matters"}
    own = [Choice(f"m{number}", {"zh": f"事项{number}"}) for number in range(5)]
    filled = survey.for_unit({"zh": "市水务局", "en": "Water Bureau"}, {"service_matters": own})
    assert filled.question("R1").options == ("m0", "m1", "m2", "m3", "m4", "other")
    assert filled.hash == survey.hash
    assert [column.start for column in filled.columns] == [column.start for column in survey.columns]
    assert "Water Bureau" in filled.words(filled.question("R1").label, "en")
    assert survey.question("R1").options[0] == "permit"


@pytest.mark.parametrize("names", [[], ["a", "a"], [f"m{number}" for number in range(40)]])
def test_a_bad_unit_list_is_refused(names: list[str]) -> None:
    survey = shipped("recipient")
    with pytest.raises(ValueError, match="service_matters"):
        survey.for_unit("甲", {"service_matters": [Choice(name, {"zh": name}) for name in names]})


def test_check_command_answers_with_its_code(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert run_check(SHIPPED, strict=True, out=out, err=err) == 0
    assert run_check([BROKEN[0]], out=out, err=err) == 1
    assert run_check([], out=out, err=err) == 2
    assert run_check([tmp_path], out=out, err=err) == 2
    assert run_check([tmp_path / "none.yaml"], out=out, err=err) == 3
    (tmp_path / "gbk.yaml").write_bytes("标题：问卷".encode("gbk"))
    assert run_check([tmp_path / "gbk.yaml"], out=out, err=err) == 1
    assert f"{BROKEN[0]}:" in out.getvalue()


def test_warnings_count_only_when_strict(tmp_path: Path) -> None:
    text = (ROOT / "surveys" / "citizen.yaml").read_text(encoding="utf-8")
    path = tmp_path / "one.yaml"
    path.write_text(text.replace(", en: Nobody}", "}"), encoding="utf-8")
    out = io.StringIO()
    assert run_check([path], out=out) == 0
    assert "S208" in out.getvalue()
    assert run_check([path], strict=True, out=out) == 1


def mutations() -> Iterator[str]:
    for path in SHIPPED[:2]:
        yield path.read_text(encoding="utf-8")


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_file_never_crashes_the_loader(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(list(mutations()))).split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "indent", "cut", "list", "colon"]))
        line = lines[at]
        lines[at : at + 1] = {
            "drop": [],
            "double": [line, line],
            "indent": ["  " + line],
            "cut": [line[: len(line) // 2]],
            "list": [line.split(":")[0] + ": [1, 2]"],
            "colon": [line.split(":")[0] + ":"],
        }[change] or [""]
    _, problems = load_survey("\n".join(lines), file="x.yaml")
    for problem in problems:
        assert problem.where.line >= 1
        assert problem.line()
