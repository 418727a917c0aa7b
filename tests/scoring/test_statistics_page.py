"""The page of the statistics library names every public function of its modules, and none that is gone."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
MODULES = ["agreement", "delphi", "distributions", "intervals", "ordering", "pairwise", "preparing", "reliability", "sampling", "severity",
           "spread", "weights"]  # fmt: skip


def public(name):
    module = import_module(f"evalplat.scoring.{name}")
    found = inspect.getmembers(module, inspect.isfunction)
    return {f"{name}.{one}" for one, what in found if what.__module__ == module.__name__ and not one.startswith("_")}


def test_the_page_names_every_function_and_its_arguments():
    named = set(re.findall(rf"`((?:{'|'.join(MODULES)})\.[a-z_]+)", PAGE))
    assert named == set().union(*map(public, MODULES))
    for name, shown in re.findall(r"`([a-z]+\.[a-z_]+)\(([^)]*)\)`", PAGE):
        module, function = name.split(".")
        arguments = inspect.signature(getattr(import_module(f"evalplat.scoring.{module}"), function)).parameters
        said = [one.strip() for one in shown.split(",")]
        assert said == [key + "=" * (one.kind is one.KEYWORD_ONLY) for key, one in arguments.items()], name
