"""The source tree keeps the rules of the house."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import catalogue, checks, speech

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "check",
    [
        checks.import_problems,
        checks.modules_without_floor,
        checks.room_problems,
        checks.stray_commits,
        checks.long_files,
        checks.silent_modules,
        checks.undeclared_dependencies,
        catalogue.catalogue_problems,
        speech.chinese_in_code,
        speech.chinese_in_templates,
    ],
    ids=lambda check: check.__name__,
)
def test_the_house_is_in_order(check):
    problems = check(ROOT)
    assert not problems, "\n" + "\n".join(problems)
