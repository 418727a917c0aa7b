"""LibreOffice opens and saves the workbook of an indicator system: the round trip has no difference, and the live sums are right."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from evalplat.definitions.loader import canonical_text
from evalplat.definitions.workbook_reading import load_workbook_bytes
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yamltext import load_yaml

pytestmark = pytest.mark.office
ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "indicators").rglob("*.yaml"), *(ROOT / "tests/scoring/data").glob("*.yaml")])
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture
def through_office(tmp_path: Path):
    """``through_office(bytes)`` → what LibreOffice saved."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed here. Install libreoffice-calc-nogui and run this again.")

    def convert(data: bytes) -> bytes:
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / "system.xlsx").write_bytes(data)
        subprocess.run([OFFICE, "--headless", "--norestore", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to",
                        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "in" / "system.xlsx")],
                       check=True, capture_output=True, timeout=180)  # fmt: skip
        return (tmp_path / "out" / "system.xlsx").read_bytes()

    return convert


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_libreoffice_saved_is_the_same_system(path, through_office):
    text = path.read_text(encoding="utf-8").replace("zh: 满意度,", 'zh: "=1+1：满意度, 总体: 评价",')
    root, _ = load_yaml(text)
    back, problems = load_workbook_bytes(through_office(write_workbook(root)))
    assert [one.line() for one in problems] == []
    assert canonical_text(back) == canonical_text(root)


def test_the_live_sums_are_what_stands_below_each_block(through_office):
    root, _ = load_yaml((ROOT / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8"))
    fresh = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(write_workbook(root))).save(fresh)  # drops the values, so that they are worked out anew
    page = openpyxl.load_workbook(io.BytesIO(through_office(fresh.getvalue())), data_only=True)["指标"]
    heads = [cell.value for cell in page[1]]
    sums = {row[0]: (row[heads.index("核对：下级合计A")], row[heads.index("核对：下级合计B")])
            for row in page.iter_rows(min_row=2, values_only=True) if row[0] in ("1", "2", "3")}  # fmt: skip
    assert sums == {"1": (50, 50), "2": (25, 25), "3": (25, 25)}
