"""Every document: made, readable, complete, archived as it should be, and the same each time."""

import io
import json
import re
import subprocess
import sys

import pikepdf
import pytest
from pydantic import TypeAdapter

from evalplat.documents.fonts import ROLES
from evalplat.documents.render import render_html, render_pdf
from evalplat.documents.stamps import read_stamp
from evalplat.documents.views import VIEW_OF_KIND

LETTERS = ("notice", "feedback_letter", "review_decision", "rectification_notice", "summary")
KINDS = (*LETTERS, "report", "receipt", "poster")
MOST_PAGES = {"notice": 14, "feedback_letter": 12, "review_decision": 6, "rectification_notice": 8, "summary": 12,
              "report": 14, "receipt": 1, "poster": 1}
SAYS = {
    "notice": ["云编办发〔2026〕5号", "第二评估组", "F205", "自评报告提纲", "送达回执", "统计时点为2025年12月31日"],
    "feedback_letter": ["评估总分为80.84分", "“良好”", "10个工作日内", "异议权利告知", "2026-SCJ-03", "3.142857"],
    "review_decision": ["沈翀", "复核组由杨镕、朱玥、秦昇组成", "82.46分（第2版）", "维持", "变更", "撤销", "以一次为限"],
    "rectification_notice": ["2027年2月1日前完成", "立行立改", "混编混岗", "暂缓受理"],
    "summary": ["签发人：顾昇", "市信访局", "1（1—2）", "82.90—84.04", "人数过少不显示", "特此报告"],
    "report": ["一、组织实施情况", "二、基本评价", "三、主要成效", "四、存在问题及原因", "五、意见建议", "放宽规则", "F205"],
    "receipt": ["送达回执", "单位盖章"],
    "poster": ["微信扫一扫，约3分钟填完", "0632-12310"],
}


def text_of(sheets) -> str:
    return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in sheets))


@pytest.mark.parametrize("kind", KINDS)
def test_says_what_it_has_to_say_in_a_sane_number_of_pages(kind, pdf, pages):
    sheets = pages(pdf(kind))
    assert 1 <= len(sheets) <= MOST_PAGES[kind]
    text = text_of(sheets)
    assert [words for words in SAYS[kind] if re.sub(r"\s", "", words) not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_has_no_empty_boxes_and_embeds_every_font(kind, pdf, pages):
    text = text_of(pages(pdf(kind)))
    assert "\ufffd" not in text
    assert "(cid:" not in text
    with pikepdf.open(io.BytesIO(pdf(kind))) as document:
        fonts = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)
                 and item.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_rare_characters_of_names_fall_back_to_noto(pdf, pages):
    chars = [c for sheet in pages(pdf("notice")) for c in sheet.chars if c["text"] in "堃玥翀珺祎旻镕喆昇赟㛃頔瑀骉婧"]
    assert set("堃玥翀喆頔骉㛃") <= {c["text"] for c in chars}
    own = {role.family for role in ROLES.values()}
    assert any("Noto-Serif-CJK-SC" in c["fontname"] for c in chars)
    assert all(any(name in c["fontname"] for name in (*own, "Noto-Serif", "Noto-Sans")) for c in chars)


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_tagged_pdf_a_with_language_and_title(kind, pdf):
    with pikepdf.open(io.BytesIO(pdf(kind))) as document:
        root = document.Root
        assert str(root.Lang) == "zh-CN"
        assert bool(root.MarkInfo.Marked)
        assert "/OutputIntents" in root
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"])
        meta = root.Metadata.read_bytes().decode()
        assert 'part="3"' in meta
        assert 'conformance="A"' in meta


@pytest.mark.parametrize(("kind", "figures"), [("report", 1), ("summary", 2), ("poster", 1)])
def test_pictures_are_figures_with_a_text_that_says_what_they_show(kind, figures, pdf):
    with pikepdf.open(io.BytesIO(pdf(kind))) as document:
        found = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)
                 and item.get("/S") == "/Figure"]
        assert len([item for item in found if len(str(item.get("/Alt", ""))) > 10]) == figures


@pytest.mark.parametrize("kind", ["feedback_letter", "report"])
def test_the_same_view_gives_the_same_bytes(kind, sample, pdf):
    assert render_pdf(kind, sample(kind)) == pdf(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_survives_storage_and_prints_the_same(kind, sample):
    adapter = TypeAdapter(VIEW_OF_KIND[kind])
    view = sample(kind)
    stored = adapter.validate_python(json.loads(json.dumps(adapter.dump_python(view, mode="json"))))
    assert stored == view
    assert render_html(kind, stored) == render_html(kind, view)


def test_the_stamp_can_be_read_back(pdf, parts):
    read = read_stamp(pdf("feedback_letter"))
    assert read.audit_head == parts.HEAD_HASH
    assert read.result_hash == parts.RESULT_HASH
    assert read.result_version == 1
    assert read.document_number == parts.LETTER_NUMBER
    with pytest.raises(ValueError, match="not a PDF"):
        read_stamp(b"no pdf at all")


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_page_prints_the_head_of_the_chain(kind, pdf, pages, parts):
    assert parts.HEAD_HASH[:16] in text_of(pages(pdf(kind))[-1:])


@pytest.mark.parametrize("kind", LETTERS)
def test_without_a_number_it_is_a_proof_on_every_page(kind, sample, parts, pages, pdf):
    proof = pages(render_pdf(kind, sample(kind, head=parts.head(None))))
    assert all("送审稿" in sheet.extract_text() for sheet in proof)
    assert "（文号待编）" in proof[0].extract_text()
    assert "送审稿" not in text_of(pages(pdf(kind)))


def test_the_letter_has_no_rank_and_the_report_says_none(sample):
    for kind in ("feedback_letter", "report"):
        html = render_html(kind, sample(kind))
        assert "位次" not in html
        assert "排名" not in html


def test_missing_not_applicable_and_zero_are_three_things(sample, parts):
    first, second, third, *rest = parts.blocks()
    changed = (
        type(first)(code="A", title="甲", max_points=first.max_points, points=None, state="missing"),
        type(first)(code="B", title="乙", max_points=first.max_points, points=None, state="not_applicable"),
        type(first)(code="C", title="丙", max_points=first.max_points, points=first.points * 0),
    )
    html = render_html("feedback_letter", sample("feedback_letter", result=parts.result(blocks=(*changed, *rest))))
    assert ">缺数据<" in html
    assert ">不适用<" in html
    assert re.search(r">0\.00<", html)
    assert second != third


@pytest.mark.parametrize(("kind", "empty", "says", "says_not"), [
    ("feedback_letter", {"findings": (), "advice": (), "achievements": ()}, "四、异议权利告知", "问题清单"),
    ("feedback_letter", {"receipt": None}, "2.问题清单", "送达回执"),
    ("report", {"findings": (), "advice_office": (), "advice_unit": ()}, "未发现需要整改的问题", "问题清单"),
    ("notice", {"receipt": None}, "4.自评报告提纲", "送达回执"),
    ("summary", {"findings": (), "objections": (), "rectification": ()}, "异议处理：无。", "图2"),
])
def test_what_is_empty_is_not_promised(kind, empty, says, says_not, sample, pages):
    html = render_html(kind, sample(kind, **empty))
    assert says in html
    assert says_not not in html
    assert len(pages(render_pdf(kind, sample(kind, **empty)))) > 1


def test_marks_stand_beside_the_unit(sample):
    assert '市信访局<span class="marks">〔样本不足〕</span>' in render_html("summary", sample("summary"))


def test_the_preview_is_one_page_without_anything_from_outside(sample):
    html = render_html("report", sample("report"))
    assert "<script" not in html
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", html)
    assert "url(" not in html


def test_views_can_be_imported_without_the_pdf_library():
    code = "import sys, evalplat.documents.views, evalplat.documents.render; print('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
