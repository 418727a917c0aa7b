"""Whole pages made of the components: valid, named, escaped, without anything that the content policy forbids."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest

from evalplat.kernel.i18n import catalogue
from evalplat.kernel.templating import STATIC_DIR
from evalplat.resources import templates_dir

from .gallery import ERRORS, SAMPLES, render_sample
from .reading import read

ALL = pytest.mark.parametrize("name", SAMPLES + ERRORS)


@ALL
def test_page_is_well_formed(name: str) -> None:
    reading = read(render_sample(name))
    assert reading.crossed == []
    assert reading.open == []
    assert [i for i, n in Counter(reading.ids).items() if n > 1] == []
    assert [r for r in reading.references if r[1] not in reading.ids] == []


@ALL
def test_page_has_one_heading_a_language_and_landmarks(name: str) -> None:
    text = render_sample(name, "large")
    reading = read(text)
    assert reading.tags.count("h1") == 1
    assert reading.tags.count("main") == 1
    assert '<html lang="zh-CN" data-view="large">' in text
    assert 'href="#main"' in text
    assert re.search(r"<title>\S.*· 机构编制评估平台</title>", text)


@ALL
def test_every_control_has_a_name(name: str) -> None:
    assert read(render_sample(name)).nameless() == []


@ALL
def test_nothing_that_the_content_policy_forbids(name: str) -> None:
    reading = read(render_sample(name))
    assert "style" not in reading.tags
    assert [a for a in reading.attributes if a[1] == "style" or a[1].startswith(("on", "hx-on"))] == []
    sources = [value for tag, attr, value in reading.attributes if tag == "script" and attr == "src"]
    assert reading.tags.count("script") == len(sources)
    assert all((value or "").startswith("/static/") for value in sources)


@ALL
def test_every_post_form_carries_the_token(name: str) -> None:
    text = render_sample(name)
    forms = re.findall(r'<form method="post".*?</form>', text, re.DOTALL)
    assert len(forms) == text.count('method="post"')
    assert all('name="csrf_token" value="token-of-the-form"' in form for form in forms)


def test_error_links_lead_to_fields() -> None:
    for name in ("forms", "questions"):
        text = render_sample(name)
        summary = re.search(r'<div class="error-summary".*?</div>', text, re.DOTALL)
        assert summary
        targets = re.findall(r'href="#([^"]+)"', summary.group())
        assert targets
        assert set(targets) <= set(read(text).ids)


@pytest.mark.parametrize("name", ["survey", "questions"])
def test_citizens_page_needs_no_script_and_little_room(name: str) -> None:
    text = render_sample(name)
    assert "<script" not in text
    sheets = [STATIC_DIR / path for path in re.findall(r'"/static/([^"]+\.(?:css|svg))"', text)]
    assert len(sheets) == 6
    total = len(gzip.compress(text.encode())) + sum(len(gzip.compress(path.read_bytes())) for path in sheets)
    assert total < 20_000


def test_each_choice_of_a_matrix_is_named_by_row_and_column() -> None:
    text = render_sample("questions")
    assert '<span class="vh">工作人员的服务态度：</span>非常满意' in text
    assert '<span class="vh">办事指南好找好懂：</span>非常不满意' in text


def test_what_a_citizen_typed_is_escaped() -> None:
    text = render_sample("questions")
    assert "&lt;b&gt;多开一个窗口&lt;/b&gt;</textarea>" in text


def test_pages_speak_english_too() -> None:
    text = render_sample("survey", lang="en")
    assert "Next question" in text
    assert "下一题" not in text


def own_texts() -> set[str]:
    """Message ids of the frame, the macros and the error pages."""
    root = Path(templates_dir())
    files = [root / "base.html", root / "base_public.html", *root.glob("components/*.html"), *root.glob("errors/*.html")]
    return {m.group(2) for f in files for m in re.finditer(r"""\b_\((["'])(.*?)\1""", f.read_text(encoding="utf-8"))}


def test_every_text_has_its_chinese() -> None:
    assert own_texts() - set(catalogue("zh")) == set()


def test_chinese_keeps_the_places_of_values() -> None:
    zh = catalogue("zh")
    places = re.compile(r"\{\w+\}")
    assert [t for t in own_texts() if set(places.findall(t)) != set(places.findall(zh[t][0]))] == []
