from __future__ import annotations

from pathlib import Path

import pytest

from evalplat.definitions.loader import load_system, parse_system
from evalplat.definitions.yamltext import load_yaml

FOLDER = Path(__file__).parents[2] / "indicators"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_files_are_without_any_problem(path):
    system, problems = load_system(path)
    assert problems == []
    assert system is not None
    assert len(system.hash) == 64


def test_the_establishment_system_has_its_published_shape():
    system, _ = load_system(FOLDER / "tengzhou-2026.yaml")
    assert len(system.leaves) == 41
    assert {node.code: node.points for node in system.nodes if not node.parent} == {"A": 20, "B": 12, "C": 22, "D": 14, "E": 12, "F": 20}
    by_dimension = {name: sum(leaf.points for leaf in system.leaves if leaf.dimension == name) for name in system.dimensions}
    assert sum(by_dimension.values()) == 100
    assert system.survey_leaves == {"F201": "recipients", "F202": "citizens", "F203": "delegates", "F204": "counterpart", "F205": "staff"}
    assert [leaf.code for leaf in system.rubric_leaves] == ["A203", "A301", "A302", "B102", "B104", "D101", "E102"]
    assert [one.code for one in system.adjustments] == ["G01", "G02", "G03", "G04"]
    assert [one.code for one in system.vetoes] == ["H01", "H02", "H03", "H04", "H05"]
    assert [one.title.zh for one in system.grades] == ["优秀", "良好", "合格", "不合格"]


def test_fields_come_grouped_by_table_with_titles():
    system, _ = load_system(FOLDER / "tengzhou-2026.yaml")
    grouped = system.fields_filled_by("unit")
    assert [field.id for field in grouped["T2"]][:2] == ["T2.actual", "T2.pending_in"]
    assert "T2.approved" in {field.id for field in system.fields_filled_by("office")["T2"]}
    assert all(field.title.zh for fields in grouped.values() for field in fields)
    assert system.tables["T2"].has_rows
    assert dict(system.tables["T2"].rows)["political_legal"].in_language("en") == "Political and legal posts"
    assert [field.id for field in system.fields_of(system.leaf("A101"))] == ["T8.duties_total", "T8.duties_assigned"]
    assert "T2.reserved_other" in {field.id for field in system.fields_of(system.leaf("C101"))}
    hours = [field.id for field in system.fields_filled_by("office")["T8W"]]
    assert hours == ["T8W.standard_hours"]
    assert not any(field.id.startswith("T9.") for fields in grouped.values() for field in fields)


def test_every_numeric_field_that_rules_need_is_filled_by_somebody():
    system, _ = load_system(FOLDER / "tengzhou-2026.yaml")
    for leaf in system.leaves:
        assert leaf.is_rubric or leaf.rule.survey or system.fields_of(leaf), leaf.code


def test_the_tree_is_in_order_and_knows_what_is_below():
    system, _ = load_system(FOLDER / "tengzhou-2026.yaml")
    codes = [item.code for item in system.tree]
    assert codes[:5] == ["A", "A1", "A101", "A102", "A103"]
    assert [leaf.code for leaf in system.leaves_under("F2")] == ["F201", "F202", "F203", "F204", "F205"]
    assert [item.depth for item in system.tree][:3] == [0, 1, 2]
    with pytest.raises(KeyError):
        system.leaf("A1")


def test_ids_stay_text_and_the_parent_is_the_longest_prefix():
    system, _ = load_system(FOLDER / "example-gov-perf.yaml")
    assert [leaf.code for leaf in system.leaves] == ["1.1", "1.2", "1.10", "2.1", "2.2", "3.1"]
    assert system.leaf("1.10").parent == "1"
    assert system.version == "2026.1"


def test_the_hash_is_of_the_content_and_not_of_its_layout():
    text = (FOLDER / "example-gov-perf.yaml").read_text(encoding="utf-8")
    first, _ = parse_system(text)
    second, _ = parse_system("# note\n" + text.replace("min: 0, max: 100", "max:   100, min: 0"))
    third, _ = parse_system(text.replace("cap: 3", "cap: 4"))
    assert first.hash == second.hash
    assert first.hash != third.hash


@pytest.mark.parametrize(("text", "codes"), [
    ("a: 1.10\nb: no\n", []),
    ("a: 1\ntitle：x\nc: 3\n", ["E115"]),
    ("x: {title：标题, weight: 1, weight: 2}\n", ["E115", "E117"]),
    ("a:\n\t- x\n", ["E116"]),
    ("a: |\n  title：hello\n\tb\n", ["E116"]),
    ("a: &x [1]\nb: [*x, *x]\n", []),
    ("a: &a [*a]", ["E120"]),
    ("a: " + "[" * 40 + "]" * 40, ["E120"]),
    ("a: &x 1\nb: [" + ", ".join(["*x"] * 60) + "]", ["E120"]),
    ("a: !!python/object:os.system x", ["E100"]),
    ("a: \x00", ["E100"]),
    ("", ["E100"]),
    ("a: [1,\nb: 2", ["E100"]),
    ("a: 1\n---\nb: 2\n", ["E100"]),
])  # fmt: skip
def test_text_is_read_with_its_faults(text, codes):
    assert [one.code for one in load_yaml(text, "x.yaml")[1]] == codes


def test_full_width_colons_inside_quotes_are_left_alone():
    node, problems = load_yaml('a: "标题：一"\nb: |\n  title：x\nc: 见附件：二\n', "x.yaml")
    assert problems == []
    assert node.get("a").text == "标题：一"
    assert (node.get("c").where.line, node.get("c").where.column) == (4, 4)
