"""Justifies Chinese lines: the PDF library stretches spaces alone, so a line with figures in it ends ragged.

The one place that touches the library's inside. Where a later version has another inside, lines stay ragged
and nothing else happens; `tests/documents/test_grid.py` notices.
"""

from typing import Any

MOST_PER_CHARACTER = 0.16
"""In em. A line that needs more was broken on purpose (a long foreign word) and stays as it is."""


def install() -> bool:
    """Teach the layout to spread letters; True when the library has the shape that this code knows."""
    from weasyprint.layout import inline

    if getattr(inline.justify_line, "evalplat", False):
        return True
    if not all(hasattr(inline, name) for name in ("justify_line", "create_layout", "boxes")):
        return False

    def justify_line(context: Any, line: Any, extra_width: float) -> None:
        texts = _texts_of(line, inline.boxes)
        count = sum(len(box.text) for box in texts) - 1
        if count < 1 or texts is None:
            return
        each = extra_width / count
        if each <= MOST_PER_CHARACTER * line.style["font_size"]:
            _spread(context, line, each, 0.0, inline=inline, last=texts[-1])

    justify_line.evalplat = True  # type: ignore[attr-defined]
    inline.justify_line = justify_line
    return True


def _texts_of(box: Any, boxes: Any) -> list[Any]:
    if isinstance(box, boxes.TextBox):
        return [box] if box.text else []
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return [text for child in box.children for text in _texts_of(child, boxes)]
    return []


def _spread(context: Any, box: Any, each: float, shift: float, *, inline: Any, last: Any) -> float:
    """Move `box` right by `shift`, widen its letters by `each`, and give the shift for what follows."""
    boxes = inline.boxes
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        return shift + _widen(context, box, each, inline=inline, last=last)
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.translate(shift, 0)
        return shift
    box.position_x += shift
    before = shift
    for child in box.children:
        if child.is_in_normal_flow():
            shift = _spread(context, child, each, shift, inline=inline, last=last)
    box.width += shift - before
    return shift


def _widen(context: Any, box: Any, each: float, *, inline: Any, last: Any) -> float:
    if not box.text:
        return 0.0
    style = box.style.copy()
    spacing = style["letter_spacing"]
    style["letter_spacing"] = (0.0 if spacing == "normal" else spacing) + each
    box.style = style
    box.pango_layout = inline.create_layout(box.text, style, context, max_width=None, justification_spacing=0)
    box.pango_layout.deactivate()
    more = each * (len(box.text) - (1 if box is last else 0))
    box.width += more
    return more
