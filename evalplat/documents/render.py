"""Makes a document from its view: HTML for the preview, and the archived PDF (PDF/A-3a, tagged) from the same HTML.

The same view gives the same bytes, so that a document can be made again and compared with the one that was issued.
"""

import hashlib
import logging
import warnings
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

from evalplat import resources
from evalplat.documents import assets, charts, numbering_format, official
from evalplat.documents.fonts import ROLES, font_places, use_fonts
from evalplat.documents.views import PLAIN_LETTERS, VIEW_OF_KIND, DocumentView
from evalplat.kernel.i18n import speaking

PDF_VARIANT = "pdf/a-3a"
PREVIEW_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""Content-Security-Policy of the preview: the page carries its own style and images and has no script."""

IMPRINT_AFTER_BLANK = "imprint-after-blank"
IMPRINT_ON_NEXT_PAGE = "imprint-on-next-page"
IMPRINT_IN_FLOW = "imprint-in-flow"


class UnknownDocumentError(LookupError):
    """No document has this name, or the view is another document's."""


LAYOUTS: dict[str, tuple[str, ...]] = {"review_decision": ("body", "attached", "none")}
"""Documents whose overview can stand in the text, as an attachment, or be left out as it repeats the text: the first of these
is taken that leaves no sheet to the imprint alone."""


def render_html(name: str, view: DocumentView, *, imprint: str = IMPRINT_IN_FLOW, layout: str = "body") -> str:
    """The whole page of document `name`, with style and images inside; safe to show under PREVIEW_CSP."""
    if not isinstance(view, VIEW_OF_KIND.get(name, type(None))):
        raise UnknownDocumentError(f"{name!r} is not made from {type(view).__name__}")
    template = environment().get_template(f"documents/{'plain_letter' if name in PLAIN_LETTERS else name}.html")
    with speaking("zh"):
        return template.render(view=view, imprint_place=imprint, kind=name, layout=layout)


def render_pdf(name: str, view: DocumentView) -> bytes:
    """The document as PDF/A-3a. Takes about a second of CPU: call it from a job, never in a request."""
    weasyprint = pdf_library()
    html, page = _best(weasyprint, name, view)
    with warnings.catch_warnings():
        # The library leaves its own colour profile open for the collector to close.
        warnings.filterwarnings("ignore", message="unclosed file .*sRGB", category=ResourceWarning)
        return bytes(page.write_pdf(**_options(html)))


def _best(weasyprint: Any, name: str, view: DocumentView) -> tuple[str, Any]:
    """The first layout that ends well; if none does, the first one with the imprint on a sheet of its own."""
    first = render_html(name, view)
    page = _laid_out(weasyprint, first)
    place = _imprint_place(page)
    if place == IMPRINT_IN_FLOW:
        return first, page
    for layout in LAYOUTS.get(name, ())[1:]:
        other = render_html(name, view, layout=layout)
        laid_out = _laid_out(weasyprint, other)
        if _imprint_place(laid_out) == IMPRINT_IN_FLOW:
            return other, laid_out
    return first, _laid_out(weasyprint, render_html(name, view, imprint=place))


@lru_cache(maxsize=1)
def pdf_library() -> Any:
    """WeasyPrint, imported once, after the fonts are named and with Chinese lines justified."""
    use_fonts(font_places())
    import weasyprint

    from evalplat.documents import justify

    justify.install()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return weasyprint


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The documents' own templates: everything is escaped, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.templates_dir()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (
        numbering_format.zh_date,
        numbering_format.zh_month_day,
        numbering_format.zh_ordinal,
        numbering_format.points,
        numbering_format.plain_number,
        numbering_format.signed_points,
        numbering_format.short_hash,
        numbering_format.joined,
        numbering_format.sentence,
        numbering_format.clause,
        numbering_format.bands,
        numbering_format.heat,
    ):
        made.filters[function.__name__] = function
    made.globals.update(
        official=official,
        charts=charts,
        qr=assets.qr_data_uri,
        fonts={key: Markup(role.css) for key, role in ROLES.items()},  # noqa: S704 - our own names, no input
    )
    return made


def _laid_out(weasyprint: Any, html: str) -> Any:
    return weasyprint.HTML(string=html, url_fetcher=assets.fetcher()).render(**_LAYOUT)


_LAYOUT: dict[str, Any] = {"pdf_variant": PDF_VARIANT, "pdf_tags": True}


def _options(html: str) -> dict[str, Any]:
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    return _LAYOUT | {"pdf_identifier": identifier, "custom_metadata": True}


def _imprint_place(page: Any) -> str:
    """Where the imprint has to go so that it stands at the foot of the last, even page (GB/T 9704, 版记).

    The first layout puts it behind the text. `body-end` marks the end of the text; pages count from one.
    """
    ends = [number for number, sheet in enumerate(page.pages, 1) if "body-end" in sheet.anchors]
    if not ends or len(page.pages) % 2 == 0:
        return IMPRINT_IN_FLOW
    return IMPRINT_ON_NEXT_PAGE if ends[-1] % 2 else IMPRINT_AFTER_BLANK
