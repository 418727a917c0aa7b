"""Whatever a person reads from a file of the house stands there in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalplat.definitions.yamltext import Mapping, Node, Scalar, Sequence, load_yaml

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("indicators/**/*.yaml"), *ROOT.glob("surveys/*.yaml")])
CHINESE = re.compile(r"[\u3400-\u9fff]")


def lacking(node: Node | None, way: str = "") -> Iterator[str]:
    """Where Chinese stands without English, or English is empty or still Chinese."""
    if isinstance(node, Scalar):
        if CHINESE.search(node.text):
            yield f"{way}: {node.text}"
    elif isinstance(node, Sequence):
        for place, item in enumerate(node.items):
            yield from lacking(item, f"{way}[{place}]")
    elif isinstance(node, Mapping):
        keys = {key.text: value for key, value in node}
        if "zh" in keys:
            english = keys.get("en")
            if not isinstance(english, Scalar) or not english.text.strip() or CHINESE.search(english.text):
                yield f"{way}: no English"
        else:
            for key, value in keys.items():
                yield from lacking(value, f"{way}.{key}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_chinese_text_has_its_english(path):
    assert list(lacking(load_yaml(path.read_text(encoding="utf-8"))[0])) == []


def test_a_text_in_one_language_is_found():
    assert list(lacking(load_yaml("a:\n  - unit: 人\n  - title: {zh: 好}\n")[0])) == [".a[0].unit: 人", ".a[1].title: no English"]
