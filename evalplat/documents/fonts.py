"""Fonts of official documents: one font configuration, written before the PDF library is first imported.

Each role of GB/T 9704 (仿宋, 楷体, 黑体, 小标宋, 宋体) gets a family name of our own, because the free
fonts do not tell their bold face apart and licensed ones carry many names. The customer's fonts come first.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from evalplat.documents.places import FONTS_OF_BUILD, FONTS_OF_PACKAGE
from evalplat.kernel.settings import settings

FONT_SUFFIXES = (".ttf", ".otf", ".ttc")


@dataclass(frozen=True)
class Role:
    """One type face that the standard names: words in names of licensed files, and the free file that stands in."""

    family: str
    label: str
    words: tuple[str, ...]
    licensed: tuple[str, ...]
    free_file: str
    fallback: tuple[str, ...]

    @property
    def css(self) -> str:
        """The family list for a style sheet; the last names hold the rare characters of people's names."""
        names = (f"{self.family}-Own", *self.licensed, self.family, *self.fallback)
        return ", ".join(f'"{name}"' for name in names)


_SERIF = ("Noto Serif CJK SC", "Noto Serif SC")
_SANS = ("Noto Sans CJK SC", "Noto Sans SC")

ROLES = {
    "title": Role(
        "GW-XiaoBiaoSong", "小标宋", ("小标宋", "xiaobiaosong", "fzxbs"),
        ("方正小标宋简体", "FZXiaoBiaoSong-B05S"), "FandolSong-Bold.otf", _SERIF,
    ),
    "fang": Role(
        "GW-FangSong", "仿宋", ("仿宋", "fangsong", "simfang", "fzfs"),
        ("仿宋_GB2312", "FangSong_GB2312", "FangSong", "STFangsong"), "FandolFang-Regular.otf", _SERIF,
    ),
    "kai": Role(
        "GW-KaiTi", "楷体", ("楷体", "kaiti", "simkai", "fzkt"),
        ("楷体_GB2312", "KaiTi_GB2312", "KaiTi", "STKaiti"), "FandolKai-Regular.otf", _SERIF,
    ),
    "hei": Role(
        "GW-HeiTi", "黑体", ("黑体", "heiti", "simhei", "fzht"),
        ("SimHei", "黑体", "STHeiti"), "FandolHei-Regular.otf", _SANS,
    ),
    "song": Role(
        "GW-SongTi", "宋体", ("宋体", "songti", "simsun", "fzss"),
        ("SimSun", "宋体", "STSong"), "FandolSong-Regular.otf", _SERIF,
    ),
}
"""In the order in which a file name is tried: 小标宋 before 宋体, 仿宋 before 宋体."""


@dataclass(frozen=True)
class FontPlaces:
    """Folders in the order of preference, and where the font cache may be written."""

    own: Path | None
    bundled: tuple[Path, ...]
    cache: Path


def font_places(fonts_dir: Path | None = None, data_dir: Path | None = None) -> FontPlaces:
    """Folders from the arguments, else from the settings."""
    own = fonts_dir or settings().fonts_dir
    data = (data_dir or settings().data_dir).resolve()
    candidates = [data / "fonts", FONTS_OF_PACKAGE, FONTS_OF_BUILD]
    bundled = tuple(folder.resolve() for folder in candidates if folder.is_dir())
    return FontPlaces(own.resolve() if own and own.is_dir() else None, bundled, _cache_folder(data))


def role_of(file_name: str) -> str | None:
    """The role that a licensed font plays, guessed from its file name; None for one that plays no part."""
    name = file_name.lower().replace("_", "").replace("-", "").replace(" ", "")
    return next((key for key, role in ROLES.items() if any(word in name for word in role.words)), None)


def configuration(places: FontPlaces) -> str:
    """The fontconfig file: our folders, the system's, and one rule for each font that plays a role."""
    folders = [*([places.own] if places.own else []), *places.bundled]
    lines = [f"  <dir>{escape(str(folder))}</dir>" for folder in folders]
    lines += ["  <dir>/usr/share/fonts</dir>", "  <dir>/usr/local/share/fonts</dir>"]
    rules = [_rename(path, family) for path, family in _families(places)]
    body = "\n".join([*lines, f"  <cachedir>{escape(str(places.cache))}</cachedir>", *rules])
    return f'<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n{body}\n</fontconfig>\n'


def use_fonts(places: FontPlaces) -> Path:
    """Write the configuration and point this process to it; must come before the PDF library is imported.

    The folder's name carries the configuration's hash: font caches do not notice a changed rule.
    """
    text = configuration(places)
    folder = places.cache / hashlib.sha256(text.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "fonts.conf"
    final = text.replace(f"<cachedir>{escape(str(places.cache))}", f"<cachedir>{escape(str(folder))}")
    if not path.is_file() or path.read_text(encoding="utf-8") != final:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(final, encoding="utf-8")
        draft.replace(path)
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


def check_fonts(places: FontPlaces | None = None) -> list[str]:
    """What an operator should mend, one sentence each; empty when documents will look right."""
    places = places or font_places()
    found = {family for _, family in _families(places)}
    problems = [
        f"No font for {role.label}: put {role.free_file} or your licensed font into the fonts folder "
        "(EVALPLAT_FONTS_DIR); until then Noto stands in and the page does not look official."
        for role in ROLES.values()
        if not found & {role.family, f"{role.family}-Own"}
    ]
    if not _noto_serif_found(places):
        problems.append(
            "Noto Serif CJK SC is missing: install the Debian package fonts-noto-cjk, or rare characters "
            "in names will be printed as boxes."
        )
    return problems + _check_subsetting()


def _check_subsetting() -> list[str]:
    from evalplat.documents.render import pdf_library

    pdf_library()
    from weasyprint.text import ffi

    if getattr(ffi, "harfbuzz_subset", None):
        return []
    return ["libharfbuzz-subset0 is missing: install that Debian package; without it each PDF takes seconds longer."]


def _families(places: FontPlaces) -> list[tuple[Path, str]]:
    named = ((path, role_of(path.name)) for path in _font_files(places.own))
    found = [(path, f"{ROLES[role].family}-Own") for path, role in named if role]
    taken: set[str] = set()
    for folder in places.bundled:
        for role_ in ROLES.values():
            if role_.family not in taken and (folder / role_.free_file).is_file():
                taken.add(role_.family)
                found.append((folder / role_.free_file, role_.family))
    return found


def _font_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in FONT_SUFFIXES)


def _rename(path: Path, family: str) -> str:
    edits = [("family", f"<string>{family}</string>"), ("style", "<string>Regular</string>")]
    edits += [("weight", "<const>regular</const>"), ("slant", "<const>roman</const>")]
    body = "".join(f'<edit name="{name}" mode="assign">{value}</edit>' for name, value in edits)
    test = f'<test name="file" compare="eq"><string>{escape(str(path))}</string></test>'
    return f'  <match target="scan">{test}{body}</match>'


def _noto_serif_found(places: FontPlaces) -> bool:
    folders = [*([places.own] if places.own else []), *places.bundled, Path("/usr/share/fonts")]
    folders.append(Path("/usr/local/share/fonts"))
    names = ("NotoSerifCJK", "NotoSerifSC", "NotoSerifCJKsc")
    return any(path.name.startswith(names) for folder in folders if folder.is_dir() for path in _font_files(folder))


def _cache_folder(data: Path) -> Path:
    """A folder that outlives the process, so that fonts are scanned once; else one of this process alone."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    bases = [data / "cache"] if data.is_dir() else []
    for folder in (base / "fonts" for base in [*bases, home / "evalplat"]):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder.resolve()
    return Path(tempfile.mkdtemp(prefix="evalplat-fonts-"))
