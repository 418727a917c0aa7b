"""People's texts go into documents: none may become markup, reach a file or a host, or show what is restricted."""

import dataclasses

import pytest

from evalplat.documents import assets
from evalplat.documents.parts import RestrictedFindingError
from evalplat.documents.render import UnknownDocumentError, pdf_library, render_html, render_pdf

HOSTILE = '<img src="file:///etc/passwd"><script>x</script>{{ 7 * 7 }}<a href="http://127.0.0.1:9/">'


def test_typed_markup_stays_text(sample, pages):
    html = render_html("feedback_letter", sample("feedback_letter", achievements=(HOSTILE,)))
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    made = render_pdf("feedback_letter", sample("feedback_letter", achievements=(HOSTILE,)))
    text = "".join("".join(page.extract_text().split()) for page in pages(made))
    assert "root:" not in text
    assert "{{7*7}}" in text


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "http://127.0.0.1:9/", "https://127.0.0.1:9/", "ftp://127.0.0.1/", "data:text/html,<p>",
    "data:text/css;base64,cHt9", "/etc/passwd", "DATA:image/png;base64,AA",
])
def test_nothing_but_its_own_images_is_served(url):
    pdf_library()
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError, match="may not load"):
        assets.fetcher().fetch(url)


def test_its_own_images_are_served():
    pdf_library()
    answer = assets.fetcher().fetch(assets.qr_data_uri("https://survey.example/s/1"))
    assert b"<svg" in answer.read()
    answer.close()


@pytest.mark.parametrize("kind", ["feedback_letter", "rectification_notice", "report"])
def test_a_referral_never_reaches_a_document(kind, sample, parts):
    secret = dataclasses.replace(parts.FINDINGS[0], restricted=True)
    with pytest.raises(RestrictedFindingError, match="2026-SCJ-01"):
        sample(kind, findings=(secret,))


def test_a_view_of_another_document_is_refused(sample):
    with pytest.raises(UnknownDocumentError):
        render_html("notice", sample("receipt"))
    with pytest.raises(UnknownDocumentError):
        render_html("../../etc/passwd", sample("receipt"))
