"""YAML → workbook → YAML: nothing is lost, whatever stands in the file; hostile workbooks are refused before they are opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from evalplat.definitions.loader import build_system, canonical_text, load_system, parse_system
from evalplat.definitions.problems import Where
from evalplat.definitions.workbook_reading import LIMITS, load_workbook_bytes
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yaml_writing import write_yaml
from evalplat.definitions.yamltext import Mapping, Scalar, Sequence, load_yaml

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "indicators").rglob("*.yaml"), *(ROOT / "tests/scoring/data").glob("*.yaml")])
EXAMPLE = ROOT / "indicators" / "example-gov-perf.yaml"


def tree(text: str):
    root, problems = load_yaml(text)
    assert problems == []
    assert root is not None
    return root


def content(data: bytes) -> str:
    root, problems = load_workbook_bytes(data)
    assert [one.line() for one in problems] == []
    assert root is not None
    return canonical_text(root)


def again(text: str) -> str:
    return content(write_workbook(tree(text)))


def saved(data: bytes, change=None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(page, text: str, column: int = 1) -> int:
    return next(row for row in range(1, page.max_row + 1) if page.cell(row, column).value == text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_system_comes_back_as_it_was(path):
    root = tree(path.read_text(encoding="utf-8"))
    data = write_workbook(root)
    assert content(data) == canonical_text(root)
    assert content(saved(data)) == canonical_text(root)
    back, _ = load_workbook_bytes(data)
    text = write_yaml(back)
    assert canonical_text(tree(text)) == canonical_text(root)
    system, before = build_system(*load_workbook_bytes(data)), load_system(path)
    assert system[0].hash == before[0].hash
    assert [one.code for one in system[1]] == [one.code for one in before[1]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_canonical_yaml_goes_through_a_workbook_byte_for_byte(path):
    def through(text: str) -> str:
        return write_yaml(load_workbook_bytes(write_workbook(tree(text)))[0])

    first = through(path.read_text(encoding="utf-8"))
    assert through(first) == first
    assert write_yaml(tree(first)) == first


def test_ids_stay_text_and_so_does_what_looks_like_a_formula():
    text = EXAMPLE.read_text(encoding="utf-8").replace("满意度, en", '"=1+1：满意度, 总体: 评价", en')
    data = write_workbook(tree(text))
    page = openpyxl.load_workbook(io.BytesIO(data))["指标"]
    assert page.cell(row_of(page, "1.10"), 1).data_type == "s"
    assert page.cell(row_of(page, "1.10"), 1).number_format == "@"
    cell = page.cell(row_of(page, "3.1"), 2)
    assert (cell.value, cell.data_type) == ("=1+1：满意度, 总体: 评价", "s")
    assert content(saved(data)) == canonical_text(tree(text))


def test_points_and_weights_are_numbers_with_a_live_sum_that_turns_red():
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(tree(EXAMPLE.read_text(encoding="utf-8")))))
    page = book["指标"]
    heads = [cell.value for cell in page[1]]
    assert page.cell(2, heads.index("权重") + 1).value == 50
    assert str(page.cell(2, heads.index("核对：下级合计A") + 1).value).startswith("=SUMPRODUCT(")
    assert page.conditional_formatting
    assert page.data_validations.dataValidation
    assert page["A1"].comment is not None
    assert book["_origin"].sheet_state == "hidden"


def test_the_hidden_sheet_says_what_the_workbook_was_made_from():
    system, _ = load_system(EXAMPLE)
    data = write_workbook(tree(EXAMPLE.read_text(encoding="utf-8")))
    rows = openpyxl.load_workbook(io.BytesIO(data))["_origin"].iter_rows(values_only=True, max_col=2)
    found = {str(key): str(value) for key, value in rows if key is not None}
    assert found == {"format": "1", "system": system.id, "version": system.version, "sha256": system.hash, "layout": "1"}


@pytest.mark.parametrize("text", [
    "a: ~", 'a: ""', 'a: "~"', "a: {}", "a: []", "a: [x]", "a: [x, y]", 'a: "[x, y]"', 'a: "{}"', r'a: "\\x"', 'a: " x "',
    'a: "null"',
    "a: null", 'a: "a\\nb"', "title: {zh: x}", "title: {en: x}", "title: x", 'title: ""', "title: {}", "title: {zh: ~, en: y}",
    "score: {max: 1.50, min: 080, decimals: 80%, method: other, ties: 按分值}", "score: {min: 5.0%, max: 1e5}", "score: {method: 按分值}",
    "indicators: [{id: a, source: [x], title: y}]", "indicators: [{id: a, source: x}, {id: a, rule: {type: bands, bands: [{else: 0}]}}]",
    'indicators: [{id: a, source: "x, y"}]', "indicators: [{id: [a]}, b, [c], {}, ~]", "indicators: {a: b}", "indicators: ~",
    "indicators: [{id: a, new: {deep: {er: [1, {x: y}]}}}]", "rules: {a: {type: fixed, points: 3}, b: ~, c: {}, d: e, f: [g]}",
    "rules: {'a/b': {parts: [{rule: {type: levels, levels: [{level: A}]}}]}, '#1': {x: [[]]}}",
    "categories: {A: ~, B: {}, C: {title: x, kind: y}}",
    "categories: {A: {zh: x}, B: {en: y}, C: [z]}",
    "fields: {T.x: {options: [a, b]}, T.y: {options: {a: b, c: {zh: d}}}}",
    "tables: {T: {rows: {}}, U: {rows: {a: ~}}}", "adjust: {items: [{id: G, points: {a: 1, b: 2.0}}, {id: H, points: 3}], caps: {}}",
    "profiles: {a: {points: {}}, b: {points: {A: 5}}, c: {}}", "steps: [{a: b}, [c]]", "x: {'y z': 1, '': 2}",
    "grades: [{from: 0.800}, {else: low}]",
])  # fmt: skip
def test_whatever_the_shape_nothing_is_lost(text):
    assert again(text) == canonical_text(tree(text))
    assert canonical_text(tree(write_yaml(tree(text)))) == canonical_text(tree(text))


HERE = Where()
SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff\ufffe\uffff\u2028\u2029")
TEXTS = st.text(SIGNS, max_size=12)
NUMBERS = st.from_regex(r"-?\d{1,6}(\.\d{0,4})?%?", fullmatch=True)
SCALARS = st.builds(lambda text: Scalar(text, HERE, plain=False), st.one_of(TEXTS, NUMBERS))
KEYS = st.sampled_from(["id", "title", "zh", "en", "points", "rule", "source", "bands", "x y", "a/b", "#1", "levels", "else"])


def _mapping(children):
    made = st.dictionaries(KEYS, children, max_size=4)
    return made.map(lambda found: Mapping(tuple((Scalar(key, HERE, plain=False), value) for key, value in found.items()), HERE))


def _list(children):
    return st.lists(children, max_size=3).map(lambda items: Sequence(tuple(items), HERE))


NODES = st.recursive(SCALARS, lambda inner: st.one_of(_mapping(inner), _list(inner)), max_leaves=12)
TOP = st.sampled_from(["system", "title", "score", "indicators", "rules", "categories", "fields", "tables", "profiles", "adjust",
                       "grades", "more"])  # fmt: skip


# No shrinking: an example is a whole workbook.
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.dictionaries(TOP, NODES, max_size=3))
def test_any_tree_comes_back(parts):
    root = Mapping(tuple((Scalar(key, HERE, plain=False), value) for key, value in parts.items()), HERE)
    back, _ = load_workbook_bytes(write_workbook(root))
    assert canonical_text(back) == canonical_text(root)
    assert canonical_text(load_yaml(write_yaml(root))[0]) == canonical_text(root)


def test_an_official_edits_adds_and_sorts_rows():
    def change(book):
        page = book["指标"]
        heads = {cell.value: cell.column for cell in page[1]}
        row = row_of(page, "3.1")
        page.cell(row, heads["权重"]).value = 15
        for head, value in (("编号", "3.2"), ("名称（中文）", "投诉办结"), ("权重", 10), ("数据来源", "stats"), ("规则名", "completion")):
            page.cell(row + 1, heads[head]).value = value

    text = EXAMPLE.read_text(encoding="utf-8")
    system, problems = build_system(*load_workbook_bytes(saved(write_workbook(tree(text)), change)))
    assert problems == []
    changed = text.replace("weight: 25, source: survey", "weight: 15, source: survey").replace(
        "adjust:\n", "  - {id: 3.2, title: 投诉办结, weight: 10, source: stats, rule: completion}\nadjust:\n")  # fmt: skip
    assert system.hash == parse_system(changed)[0].hash


def test_a_text_too_long_for_a_cell_is_said():
    with pytest.raises(ValueError, match="longer than a cell"):
        write_workbook(tree(f"title: {'长' * 33_000}"))


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_hostile_workbooks_are_refused_with_a_reason():
    sound = parts_of(write_workbook(tree("system: x")))
    sheet = "xl/worksheets/sheet1.xml"
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
    hostile = {
        b"": "E100", b"PK\x03\x04 no": "E100", b"x" * (LIMITS.size + 1): "E120", packed({"a.txt": b"x"}): "E100",
        packed(sound | {sheet: b" " * 31_000_000}): "E120", packed(sound | {sheet: entity}): "E100",
        packed(sound | {"xl/vbaProject.bin": b"x"}): "E100", packed(sound | {sheet: b"<c " * 100_001}): "E120",
        packed(sound | {sheet: b"<worksheet><broken"}): "E100", packed(sound | {"xl/workbook.xml": b"<workbook/>"}): "E100",
    }  # fmt: skip
    for data, code in hostile.items():
        root, problems = load_workbook_bytes(data, "x.xlsx")
        assert root is None
        assert [one.code for one in problems] == [code], data[:60]


def test_what_a_workbook_cannot_hold_is_refused_before_it_is_written():
    many = "\n".join(f"  k{at}: 1" for at in range(130))
    with pytest.raises(ValueError, match="more entries or keys"):
        write_workbook(tree(f"indicators:\n- id: a\n{many}\n"))
    with pytest.raises(ValueError, match="more entries or keys"):
        write_workbook(tree("indicators:\n" + "\n".join(f"- {{id: a{at}}}" for at in range(5200))))


def test_a_column_too_far_to_the_right_is_named():
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(tree(EXAMPLE.read_text(encoding="utf-8")))))
    book["指标"].cell(1, 130, "something")
    out = io.BytesIO()
    book.save(out)
    _, problems = load_workbook_bytes(out.getvalue(), "a.xlsx")
    assert [(one.code, one.where.sheet) for one in problems] == [("E120", "指标")]


def test_a_damaged_workbook_is_told_in_words():
    whole = write_workbook(tree("system: a"))
    for place in range(7, 400, 9):
        data = bytearray(whole)
        data[place * len(data) // 400] ^= 0x55
        root, problems = load_workbook_bytes(bytes(data), "a.xlsx")
        assert root is not None or problems, place


def test_short_cells_are_counted_too():
    sheet = b"<worksheet><sheetData>" + b"<row><c/></row>" * (LIMITS.cells + 1) + b"</sheetData></worksheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, part in (("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", sheet)):
            package.writestr(name, part)
    _, problems = load_workbook_bytes(out.getvalue(), "a.xlsx")
    assert [one.code for one in problems] == ["E120"]


def test_equal_values_and_the_weakest_of_a_block_are_two_things():
    placed = "rules:\n  placed: {type: rank, value: x, ties: worst}"
    text = EXAMPLE.read_text(encoding="utf-8").replace("\nrules:", f"\n{placed}", 1)
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(tree(text))))
    page = book["规则"]
    at = next(cell.column for cell in page[1] if cell.value == "并列处理")
    assert "取最差" in {page.cell(row, at).value for row in range(2, page.max_row + 1)}
    assert again(text) == canonical_text(tree(text))
