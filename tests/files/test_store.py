"""Uploads: the type is read from the bytes, the name is foreign, a refusal says what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.files.store import clean_name, keep, kind_of, read
from evalplat.kernel.errors import Invalid
from tests.world import World

PDF = b"%PDF-1.7\n%..."


@pytest.mark.parametrize(("name", "shown"), [
    ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\fakepath\\三定规定.pdf", "三定规定.pdf"), ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
    ('x"><script>.pdf', "x___script_.pdf"), ("\x00\n名.pdf", "名.pdf"), ("....", "file"), ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
])
def test_a_name_is_only_a_label(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@given(st.text(max_size=300))
def test_no_name_breaks_anything(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert len(cleaned) <= 120
    assert not set(cleaned) & set('/\\<>:"|?*\0\n\r')


@pytest.mark.parametrize(("name", "data", "kind"), [
    ("a.pdf", PDF, "pdf"), ("a.pdf", b"MZ\x90", None), ("a.exe", PDF, None), ("a.html", b"<p>", None), ("a.svg", b"<svg>", None),
    ("a.txt", b"text", "txt"), ("a.txt", b"te\x00xt", None), ("a.PNG", b"\x89PNG\r\n\x1a\n..", "png"), ("a", PDF, None),
])
def test_the_bytes_decide(name: str, data: bytes, kind: str | None) -> None:
    assert kind_of(name, data) == kind


def test_what_is_kept_comes_back_and_a_damaged_file_is_an_error(world: World, data_dir) -> None:
    with world.acting("section") as work:
        file = keep(work, "三定.pdf", PDF, purpose="test")
        assert read(file) == PDF
        path = data_dir / "files" / file.sha256[:2] / file.sha256
        path.write_bytes(b"changed")
        with pytest.raises(OSError, match="hash"):
            read(file)


@pytest.mark.parametrize(("name", "data"), [("a.pdf", b""), ("a.exe", b"MZ"), ("a.pdf", b"no pdf")])
def test_a_refusal_is_a_sentence_for_the_field(world: World, name: str, data: bytes) -> None:
    with world.acting("section") as work, pytest.raises(Invalid) as caught:
        keep(work, name, data, purpose="test", field="scan")
    assert caught.value.errors["scan"].endswith(".")
