"""Looks at the bytes of a foreign workbook before any library opens them: sizes, bombs, macros, document types, numbers of cells."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

Refusal = Literal["", "big", "swollen", "no_workbook", "macros", "odd", "cells"]
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CELL, _ROW = re.compile(rb"<(?:\w+:)?c[\s/>]"), re.compile(rb"<(?:\w+:)?row[\s/>]")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may be at most."""

    size: int = 5 * 1024 * 1024
    parts: int = 200
    unpacked: int = 40 * 1024 * 1024
    ratio: int = 400
    cells: int = 300_000
    rows: int = 100_000


def refusal(data: bytes, limits: Limits) -> Refusal:
    """Why the workbook is not opened, as a word; empty if it may be."""
    if len(data) > limits.size:
        return "big"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _package(package, limits)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, zlib.error, struct.error):
        return "no_workbook"


def _package(package: zipfile.ZipFile, limits: Limits) -> Refusal:
    infos = package.infolist()
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > limits.parts or unpacked > limits.unpacked or any(_swollen(info, limits.ratio) for info in infos):
        return "swollen"
    names = {info.filename for info in infos}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        return "no_workbook"
    if any(_active(name.lower()) for name in names):
        return "macros"
    return next((found for info in infos if (found := _part(info.filename, package.read(info), limits))), "")


def _swollen(info: zipfile.ZipInfo, ratio: int) -> bool:
    return info.file_size > 1024 * 1024 and info.file_size > ratio * max(1, info.compress_size)


def _active(name: str) -> bool:
    return "vbaproject" in name or (name.endswith(".bin") and "printersettings" not in name)


def _part(name: str, part: bytes, limits: Limits) -> Refusal:
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return ""
    text = part.removeprefix(_BOM)
    declared = _DECLARED.match(text)
    odd = declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    if odd or b"\x00" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        return "odd"
    if "/worksheets/" in name and (_count(_CELL, text) > limits.cells or _count(_ROW, text) > limits.rows):
        return "cells"
    return ""


def _count(tag: re.Pattern[bytes], text: bytes) -> int:
    return sum(1 for _ in tag.finditer(text))
