import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evalplat.documents import charts, fonts
from evalplat.documents.chart_engine import ChartLibraryMissingError, clean_svg, library_text
from evalplat.documents.numbering_format import plain_number
from evalplat.documents.parts import CountLine


def every_chart(sample, parts):
    summary = sample("summary")
    return [charts.block_scores(parts.blocks()), charts.distribution(summary.distribution),
            charts.findings_stacked(summary.findings)]


def test_options_are_pure_json_for_the_browser_too(sample, parts):
    for chart in every_chart(sample, parts):
        assert json.loads(json.dumps(chart.option)) == chart.option


def test_drawings_are_clean_and_the_same_each_time(sample, parts):
    for chart in every_chart(sample, parts):
        svg = chart.svg()
        assert svg == chart.svg()
        assert f'role="img" aria-label="{chart.label}"' in svg
        assert not re.search(r"<style|class=|pointer-events|paint-order|zr\d", svg)
        ids = re.findall(r'\sid="([^"]+)"', svg)
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("first", ["beside a loop", "on its own"])
def test_a_chart_is_drawn_where_an_event_loop_runs_too_and_the_process_ends(first):
    script = """
import asyncio, sys
from evalplat.documents import charts
from evalplat.documents.parts import CountLine
chart = charts.distribution((CountLine(label="90 以上", count=3),))
async def beside(): return chart.svg()
draws = [lambda: asyncio.run(beside()), chart.svg]
if sys.argv[1] == "on its own": draws.reverse()
assert draws[0]() == draws[1]()
"""
    running = [subprocess.Popen([sys.executable, "-c", script, first], stderr=subprocess.PIPE, text=True) for _ in range(6)]
    try:
        assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [("", 0)] * 6
    finally:
        for process in running:
            process.kill()


def test_every_value_is_written_out(sample, parts):
    svg = charts.block_scores(parts.blocks()).svg()
    assert all(f">{block.points} / {plain_number(block.max_points)}<" in svg for block in parts.blocks())


def test_a_missing_block_is_a_gap_with_a_word_and_no_zero(parts):
    block = parts.blocks()[0]
    gap = type(block)(code="E", title="下属", max_points=block.max_points, points=None, state="not_applicable")
    chart = charts.block_scores((block, gap))
    assert "下属不适用" in chart.label
    assert chart.option["series"][1]["data"][1]["value"] is None


def test_a_name_cannot_break_out_of_the_drawing():
    chart = charts.distribution((CountLine(label='<script>"&', count=1),))
    assert "<script>" not in chart.svg()


def test_halos_are_split_and_ids_renamed():
    text = '<text paint-order="stroke" stroke="#fff" stroke-width="2">甲</text>'
    svg = f'<svg><defs><clipPath id="zr7-c0"></clipPath></defs><g clip-path="url(#zr7-c0)">{text}</g></svg>'
    clean = clean_svg(svg, "a", label="甲")
    assert clean.count("甲</text>") == 2
    assert 'id="a-0"' in clean
    assert "url(#a-0)" in clean


def test_a_missing_chart_library_is_said_clearly(tmp_path):
    with pytest.raises(ChartLibraryMissingError, match="run the build"):
        library_text(tmp_path / "echarts.min.js")


@pytest.mark.parametrize(("name", "role"), [
    ("仿宋_GB2312.ttf", "fang"), ("simfang.ttf", "fang"), ("方正小标宋简体.ttf", "title"), ("FZXBSJW.TTF", "title"),
    ("楷体_GB2312.ttf", "kai"), ("simhei.ttf", "hei"), ("SimSun.ttc", "song"), ("Arial.ttf", None),
])
def test_licensed_fonts_are_known_by_their_file_names(name, role):
    assert fonts.role_of(name) == role


def test_operators_are_told_what_is_missing(tmp_path):
    problems = fonts.check_fonts(fonts.FontPlaces(own=None, bundled=(), cache=tmp_path))
    assert len([text for text in problems if text.startswith("No font for")]) == len(fonts.ROLES)
    assert all(text.endswith(".") for text in problems)


def test_the_customers_fonts_come_first(tmp_path):
    shutil.copy(next(fonts.FONTS_OF_BUILD.glob("FandolKai*")), tmp_path / "仿宋_GB2312.otf")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import conftest;"
        "from evalplat.documents.render import render_pdf;"
        "sys.stdout.buffer.write(render_pdf('receipt', conftest.view_of('receipt')))"
    )
    env = os.environ | {"EVALPLAT_FONTS_DIR": str(tmp_path)}
    folder = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, env=env, check=True)
    (tmp_path / "out.pdf").write_bytes(done.stdout)
    import pdfplumber

    with pdfplumber.open(tmp_path / "out.pdf") as document:
        names = {c["fontname"] for c in document.pages[0].chars}
    assert any("GW-FangSong-Own" in name for name in names)
