"""The page as GB/T 9704 measures it: 22 lines of 28 characters, and what stands where."""

from itertools import groupby, pairwise

import pytest

from evalplat.documents.render import render_pdf

MM = 72 / 25.4
LETTERS = ("notice", "feedback_letter", "review_decision", "rectification_notice", "summary")


def lines_of(page, *, size: float = 16.0):
    """Characters of the text (px sizes are shown as points) by line, top down."""
    chars = [c for c in page.chars if abs(c["size"] - size) < 0.1 and c["text"].strip()]
    chars.sort(key=lambda c: (round(c["bottom"], 0), c["x0"]))
    return [list(group) for _, group in groupby(chars, key=lambda c: round(c["bottom"], 0))]


@pytest.fixture(scope="module")
def full_page(sample, pages):
    view = sample("rectification_notice", consequences=("国" * 1400,), receipt=None)
    return pages(render_pdf("rectification_notice", view))


def test_a_full_page_has_22_lines_of_28_characters(full_page):
    page = next(page for page in full_page if page.extract_text().count("国") >= 22 * 28)
    lines = lines_of(page)
    assert [len(line) for line in lines] == [28] * 22
    pitch = [b[0]["bottom"] - a[0]["bottom"] for a, b in pairwise(lines)]
    assert all(abs(step - 225 / 22 * MM) < 0.05 for step in pitch)


def test_the_text_area_is_156_by_225_mm_with_the_binding_edge_inside(full_page):
    page = next(page for page in full_page if page.extract_text().count("国") >= 22 * 28)
    lines = lines_of(page)
    left = 26 if page.page_number % 2 == 0 else 28
    assert abs(lines[0][0]["x0"] / MM - left) < 0.5
    assert abs(lines[0][-1]["x1"] / MM - (left + 156)) < 0.5
    assert 37 < lines[0][0]["top"] / MM < 41
    assert lines[-1][0]["bottom"] / MM < 297 - 35


def test_lines_with_figures_in_them_end_flush(sample, pages):
    text = "2025年1月至12月共办结18,462件，按期办结率99.62%，高于上次3.4个百分点；" * 8
    page = pages(render_pdf("rectification_notice", sample("rectification_notice", consequences=(text,))))[2]
    whole = [line for line in lines_of(page) if line[0]["x0"] / MM < 29 and len(line) > 27]
    ends = [line[-1]["x1"] / MM for line in whole[:-1] if line[-1]["text"] not in "，；、"]
    assert len(ends) >= 3
    assert max(ends) - min(ends) < 1.0


@pytest.mark.parametrize("kind", LETTERS)
def test_the_imprint_stands_at_the_foot_of_the_last_even_page(kind, pdf, pages):
    sheets = pages(pdf(kind))
    assert len(sheets) % 2 == 0
    last = [line for line in sheets[-1].extract_text_lines() if "印发" in line["text"]][-1]
    assert 297 - 35 - 12 < last["bottom"] / MM <= 297 - 34.5
    assert all("核验信息" not in sheet.extract_text() for sheet in sheets[:-1])


@pytest.mark.parametrize("kind", LETTERS)
def test_page_numbers_stand_outside_below_the_text(kind, pdf, pages):
    for sheet in pages(pdf(kind)):
        foot = sheet.crop((0, (297 - 34) * MM, sheet.width, sheet.height))
        if not sheet.extract_text().strip():
            continue
        assert foot.extract_text().strip() == f"— {sheet.page_number} —"
        middle = (foot.chars[0]["x0"] + foot.chars[-1]["x1"]) / 2
        assert (middle > sheet.width / 2) == (sheet.page_number % 2 == 1)


@pytest.mark.parametrize("extra", [0, 1, 3, 4, 6, 8, 10])
def test_a_page_with_the_signature_has_text_on_it_and_the_end_is_even(extra, sample, pages):
    more = tuple(f"第{i + 1}项补充要求，照此办理。" for i in range(extra * 2))
    view = sample("rectification_notice", consequences=more, receipt=None)
    sheets = pages(render_pdf("rectification_notice", view))
    signed = next(sheet for sheet in sheets if "2026年12月1日" in sheet.extract_text())
    above = signed.extract_text().split("附件")[0]
    assert len(above.strip()) > 4
    assert len(sheets) % 2 == 0


def test_the_red_head_is_red_and_fills_one_line(pdf, pages):
    first = pages(pdf("notice"))[0]
    red = [c for c in first.chars if c["non_stroking_color"] and c["non_stroking_color"][0] > 0.8]
    assert "".join(c["text"] for c in red) == "中共云川市委机构编制委员会办公室文件"
    assert len({round(c["bottom"]) for c in red}) == 1
    assert abs(min(c["top"] for c in red) / MM - (37 + 35)) < 3


@pytest.mark.parametrize("name", ["审计局", "青河市应急管理局", "青河市供销合作社联合社", "青河市住房和城乡建设及综合行政执法局"])
def test_a_poster_keeps_the_name_whole_and_its_foot_clear(sample, pages, name):
    view = sample("poster", title=f"请您给{name}的服务打分", unit=name, promises=("匿名填写，不问姓名、电话和证件号。",) * 3)
    sheet, = pages(render_pdf("poster", view))
    at = {round(c["bottom"]) for c in sheet.chars if c["size"] > 25 and c["text"] in name and c["text"] not in "请您给的服务打分"}
    assert len(at) == 1
    rows = sorted({round(c["bottom"]) for c in sheet.chars if c["size"] < 25})
    assert all(below - above > 8 for above, below in pairwise(rows) if below - above > 2)
    promise = max(c["bottom"] for c in sheet.chars if c["text"] == "匿")
    assert promise < min(c["top"] for c in sheet.chars if c["text"] == "咨")
