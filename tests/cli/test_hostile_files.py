"""Files that somebody made to do harm: ``indicators check`` refuses all of them with a sentence, soon and in little memory."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from evalplat.definitions.loader import load_system
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yamltext import load_yaml

EXAMPLE = Path(__file__).parents[2] / "indicators" / "example-gov-perf.yaml"
FORMULA = "done / planned * 100"
PLAIN = EXAMPLE.read_text(encoding="utf-8")
SECONDS, MEGABYTES = 30, 160
"""For all files together, in one process that also has to start."""
BIG = 100_000_000
MEASURED = ("import atexit, resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2);"
            "atexit.register(lambda: print(open('/proc/self/status').read(), file=sys.stderr));"
            "runpy.run_module('evalplat', run_name='__main__', alter_sys=True)")
"""The command in a process of its own that may not grow without end and tells its highest memory."""


def with_formula(text: str) -> bytes:
    """The example with another formula, as YAML."""
    assert FORMULA in PLAIN
    return PLAIN.replace(f"value: {FORMULA}", "value: " + '"' + text.replace('"', "'") + '"', 1).encode()


def book_with(formula: str) -> bytes:
    """The example with another formula, as a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_yaml(PLAIN)[0])))
    cell = next(cell for row in book["规则"].iter_rows() for cell in row if cell.value == FORMULA)
    cell.value = formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("xl/workbook.xml", "<x/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * BIG)
    return out.getvalue()


def _laughs() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines).encode()


HOSTILE: Mapping[str, tuple[Callable[[], bytes], str, str]] = {
    "import.yaml": (lambda: with_formula("__import__('os').system('touch pwned')"), "E126", "has no meaning"),
    "import.xlsx": (lambda: book_with("__import__('os').system('touch pwned')"), "E126", "has no meaning"),
    "attribute.yaml": (lambda: with_formula("done.__class__.__mro__"), "E126|E105", ""),
    "lambda.yaml": (lambda: with_formula("(lambda: 1)()"), "E126", ""),
    "power.yaml": (lambda: with_formula("9**9**9**9"), "E126", ""),
    "long_number.yaml": (lambda: with_formula("9" * 100_000), "E126", "more than 1000"),
    "exponent.yaml": (lambda: PLAIN.replace("cap: 5", "cap: 1e999999999").encode(), "E125", "not a number"),
    "nested_formula.yaml": (lambda: with_formula("(" * 10_000 + "done" + ")" * 10_000), "E126", "more than 1000"),
    "nested_formula.xlsx": (lambda: book_with("(" * 10_000 + "done" + ")" * 10_000), "E126", "more than 1000"),
    "nested_shortly.yaml": (lambda: with_formula("(" * 480 + "done" + ")" * 480), "E126", "nested"),
    "nested_values.yaml": (lambda: b"a: " + b"[" * 10_000 + b"]" * 10_000, "E120", "nested"),
    "nested_blocks.yaml": (lambda: b"".join(b" " * n + b"a:\n" for n in range(1900)), "E120", ""),
    "laughs.yaml": (_laughs, "E120", "aliases"),
    "tag.yaml": (lambda: b"a: !!python/object/apply:os.system ['touch pwned']\n", "E100", "not allowed"),
    "big.yaml": (lambda: b"a: " + b"x" * BIG, "E120", "too large"),
    "big.xlsx": (lambda: b"PK\x03\x04" + b"x" * BIG, "E120", "too large"),
    "bomb.xlsx": (_bomb, "E120", "unpacks"),
    "no_workbook.xlsx": (lambda: b"PK\x03\x04" + b"x" * 1000, "E100", ""),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], float, float, Path]:
    """What the command says of all files, how long it took, how much memory it had at most, and its folder."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (made, _, _) in HOSTILE.items():
        (folder / name).write_bytes(made())
    command = [sys.executable, "-c", MEASURED, "indicators", "check", *HOSTILE]
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    took, memory = time.monotonic() - began, re.search(r"VmHWM:\s+(\d+) kB", done.stderr)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert memory
    return done.stdout.splitlines(), took, int(memory[1]) / 1024, folder


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(told: tuple[list[str], float, float, Path], name: str) -> None:
    _, code, words = HOSTILE[name]
    mine = [line for line in told[0] if line.startswith((f"{name}:", f"{name} "))]
    assert mine
    assert any(re.search(f"  ({code}) ", line) and words in line for line in mine), mine
    assert all(len(line) < 1000 for line in mine)
    assert not any(line.startswith(f"{name}: fine") for line in mine)


def test_soon_in_little_memory_and_nothing_ran(told: tuple[list[str], float, float, Path]) -> None:
    _, took, memory, folder = told
    assert took < SECONDS
    assert memory < MEGABYTES
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("big")])
def test_an_upload_is_refused_as_fast(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name][0]())
    began = time.monotonic()
    system, problems = load_system(path)
    assert system is None
    assert problems
    assert time.monotonic() - began < 5
