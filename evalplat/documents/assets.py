"""What a document may load while it is made into a PDF: images that it carries itself, and nothing else.

People's texts go into documents; no text may make the machine read a file or call another host.
"""

import base64
import io
from typing import Any

import segno

ALLOWED = ("data:image/svg+xml;base64,", "data:image/png;base64,")


def fetcher() -> Any:
    """A URL fetcher for the PDF library that serves images inside the document alone."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OwnAssetsAlone(URLFetcher):  # type: ignore[misc]
        """Refuses everything that is no image carried in the document, and stops the rendering."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith(ALLOWED):
                raise FatalURLFetchingError(f"a document may not load {url[:80]!r}")
            return super().fetch(url, headers)

    return OwnAssetsAlone(allowed_protocols=["data"])


def qr_data_uri(url: str) -> str:
    """A QR code that survives a coffee stain (error correction Q), as an SVG image address."""
    out = io.BytesIO()
    segno.make(url, error="q", micro=False).save(out, kind="svg", scale=10, border=2, xmldecl=False, dark="#000")
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
