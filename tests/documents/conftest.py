"""Documents are made once a run: each takes about a second, and every test looks at the same bytes."""

import importlib.util
import io
from functools import lru_cache
from pathlib import Path

import pytest

from evalplat.documents.fonts import check_fonts
from evalplat.documents.render import render_pdf

FOLDER = Path(__file__).parent
LETTERS = ("notice", "feedback_letter", "review_decision", "rectification_notice", "summary")
KINDS = (*LETTERS, "report", "receipt", "poster")


@lru_cache
def load(name: str):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache
def _pdf_of(kind: str) -> bytes:
    return render_pdf(kind, view_of(kind))


def view_of(kind: str, **more):
    return getattr(load("sample_summary" if kind == "summary" else "sample_views"), kind)(**more)


@pytest.fixture(scope="session", autouse=True)
def fonts_are_here():
    problems = [text for text in check_fonts() if "No font" in text or "missing" in text]
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def sample():
    return view_of


@pytest.fixture(scope="session")
def parts():
    return load("sample_parts")


@pytest.fixture(scope="session")
def pdf():
    return _pdf_of


@pytest.fixture(scope="session")
def pages():
    """Opens PDF bytes with positions of every character."""
    import pdfplumber

    opened = []

    def open_pages(data: bytes):
        document = pdfplumber.open(io.BytesIO(data))
        opened.append(document)
        return document.pages

    yield open_pages
    for document in opened:
        document.close()
