"""Small real files for evidence: a PDF with a page, a picture, a text. Always the same bytes for the same words."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence


def file_of(kind: str, title: str, lines: Sequence[str]) -> bytes:
    """The bytes of a file of a kind."""
    return {"pdf": pdf, "png": picture, "txt": plain}[kind](title, lines)


def plain(title: str, lines: Sequence[str]) -> bytes:
    """A text file."""
    return "\r\n".join((title, "", *lines, "")).encode()


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page in a font that every viewer knows by name; nothing is embedded."""
    rows = [f"/F1 16 Tf 1 0 0 1 60 770 Tm <{_hex(title)}> Tj", "/F1 11 Tf"]
    rows += [f"1 0 0 1 60 {735 - 20 * place} Tm <{_hex(line)}> Tj" for place, line in enumerate(lines[:30])]
    page = ("BT " + "\n".join(rows) + " ET").encode("ascii")
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    font = f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light {system} /DW 1000 >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(page)).encode() + b" >>\nstream\n" + page + b"\nendstream",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>", font.encode("ascii"),
    ]
    return _file(objects)


def _hex(text: str) -> str:
    return text.encode("utf-16-be", "ignore").hex()


def _file(objects: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    index = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + (index + end).encode("ascii")


def picture(title: str, lines: Sequence[str]) -> bytes:
    """A picture of a page: a dark bar for the title and grey bars as long as the lines."""
    width, height = 320, 200
    rows = [bytearray(b"\xff" * width) for _ in range(height)]
    _bar(rows, 16, 28, 20 * len(title), shade=60)
    for place, line in enumerate(lines[:8]):
        _bar(rows, 50 + 18 * place, 58 + 18 * place, 10 * len(line), shade=170)
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 6)) + _chunk(b"IEND", b""))


def _bar(rows: list[bytearray], top: int, bottom: int, length: int, *, shade: int) -> None:
    right = min(len(rows[0]) - 20, 20 + length)
    for row in rows[top:bottom]:
        row[20:right] = bytes([shade]) * (right - 20)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
