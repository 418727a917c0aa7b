"""Every checker catches a planted fault, and is content with a small sound house."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import catalogue, checks, speech

ROOT = Path(__file__).parents[2]

SOUND = {
    "evalplat/__init__.py": '"""The house."""\n',
    "evalplat/definitions/__init__.py": '"""Pure."""\n',
    "evalplat/scoring/__init__.py": '"""Pure."""\nimport pandas\n',
    "evalplat/workflow/__init__.py": '"""Pure."""\n',
    "evalplat/kernel/__init__.py": '"""The ground."""\n',
    "evalplat/kernel/db.py": '"""Owns a transaction."""\ndef end(session):\n    session.commit()\n',
    "evalplat/kernel/i18n.py": '"""Texts."""\ndef N_(text):\n    return text\n',
    "evalplat/web/__init__.py": '"""Requests."""\nimport fastapi\n',
    "evalplat/stages/__init__.py": '"""Rooms."""\n',
    "evalplat/stages/notices/__init__.py": '"""A room."""\n',
    "evalplat/stages/notices/rules.py": '"""Rules."""\n',
    "evalplat/stages/notices/actions.py": '"""Actions."""\nfrom . import rules\n',
    "evalplat/stages/notices/routes.py": '"""Routes."""\nimport evalplat.web\nfrom . import actions\n',
    "evalplat/stages/notices/routes_items.py": '"""More routes."""\nfrom . import actions\n',
    "evalplat/stages/reports/__init__.py": '"""A room."""\n',
    "evalplat/stages/reports/queries.py": (
        '"""Queries."""\nfrom evalplat.kernel.i18n import N_\nTEXT = N_("Score")\n'
    ),
    "evalplat/locale/zh_CN/reports.po": (
        'msgid "Score"\nmsgstr "得分"\n\nmsgid "{n} units"\nmsgstr "{n} 个单位"\n'
    ),
    "templates/reports/page.html": '<h1>{{ _("{n} units", n=2) }}</h1>\n',
}


@pytest.fixture
def house(tmp_path: Path) -> Callable[[str, str], Path]:
    """`house(path, text)` writes the sound house with this text added at the end of that file."""
    for name, text in SOUND.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def plant(name: str = "", text: str = "") -> Path:
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            with (tmp_path / name).open("a", encoding="utf-8") as file:
                file.write(text)
        return tmp_path

    return plant


CHECKS = [
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
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_house_has_no_problem(house, check):
    assert check(house()) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "evalplat/kernel/db.py",
            "import evalplat.web\n",
            "evalplat.kernel is not allowed to import evalplat.web",
        ),
        (
            "evalplat/stages/reports/queries.py",
            "import evalplat.stages.notices.rules\n",
            "never import one another BROKEN",
        ),
        (
            "evalplat/stages/notices/rules.py",
            "from . import actions\n",
            "Inside a room: routes > jobs > actions",
        ),
        ("evalplat/scoring/ranking.py", '"""Ranks."""\nimport sqlmodel\n', "Pure packages know no database"),
        ("evalplat/stages/notices/actions.py", "import evalplat.web\n", "know nothing of the web BROKEN"),
    ],
)
def test_an_import_against_the_contracts_is_found(house, name, text, said):
    assert said in "\n".join(checks.import_problems(house(name, text)))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("evalplat/helpers.py", '"""Anything."""\n', "evalplat/helpers: say in pyproject.toml"),
        (
            "evalplat/kernel/db.py",
            "from evalplat.cli_score import score\n",
            "evalplat/kernel/db.py:4: only cli.py",
        ),
    ],
)
def test_a_module_without_a_floor_is_found(house, name, text, said):
    house("evalplat/cli.py", '"""Commands."""\nimport evalplat.cli_score\n')
    house("evalplat/cli_score.py", '"""Commands."""\n')
    problems = checks.modules_without_floor(house(name, text))
    assert len(problems) == 1
    assert problems[0].startswith(said)


def test_an_import_by_way_of_another_module_is_found(house):
    house("evalplat/kernel/errors.py", '"""Errors."""\nimport starlette\n')
    found = checks.import_problems(
        house("evalplat/stages/notices/actions.py", "from evalplat.kernel import errors\n")
    )
    assert "know nothing of the web BROKEN" in found[0]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("evalplat/stages/notices/helpers.py", '"""?"""\n', "a room holds only"),
        ("evalplat/stages/notices/parts/rules.py", '"""?"""\n', "a room holds only"),
        (
            "evalplat/stages/notices/actions_items.py",
            '"""A."""\nfrom . import routes_items\n',
            "may not import routes",
        ),
        (
            "evalplat/stages/notices/actions_items.py",
            '"""A."""\nfrom fastapi import Form\n',
            "only routes know the web",
        ),
    ],
)
def test_a_room_of_another_shape_is_found(house, name, text, said):
    problems = checks.room_problems(house(name, text))
    assert len(problems) == 1
    assert name in problems[0]
    assert said in problems[0]


def test_a_stray_commit_is_found_by_its_line_and_not_in_a_comment(house):
    source = "# never commit() here\ndef act(work):\n    work.session.commit()\n"
    problems = checks.stray_commits(house("evalplat/stages/notices/actions.py", source))
    assert [problem.split(":")[:2] for problem in problems] == [["evalplat/stages/notices/actions.py", "5"]]


@pytest.mark.parametrize(
    "name", ["evalplat/kernel/db.py", "templates/reports/page.html", "tests/test_all.py"]
)
def test_a_file_over_the_limit_is_found(house, name):
    problems = checks.long_files(house(name, "\n" * (checks.LINE_LIMIT + 1)))
    assert [problem.split(":")[0] for problem in problems] == [name]


def test_a_module_that_does_not_say_why_it_exists_is_found(house):
    assert checks.silent_modules(house("evalplat/kernel/work.py", "X = 1\n")) == [
        "evalplat/kernel/work.py: no docstring"
    ]


def test_a_library_that_is_there_by_luck_is_found(house):
    problems = checks.undeclared_dependencies(
        house("evalplat/kernel/db.py", "import hypothesis\nimport yaml\n")
    )
    assert problems == ["evalplat/kernel/db.py:4: hypothesis is not among the dependencies"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("evalplat/stages/reports/queries.py", 'OTHER = N_("Rank")\n', "no Chinese for 'Rank'"),
        ("templates/reports/page.html", '<p>{{ _("Rank") }}</p>\n', "no Chinese for 'Rank'"),
        ("templates/reports/page.html", "{% set a = ngettext('one', 'many', 2) %}\n", "no Chinese for 'one'"),
        ("evalplat/kernel/db.py", 'TEXT = _("%(a)s")\n', "write {name}"),
        ("evalplat/locale/zh_CN/other.po", 'msgid "Score"\nmsgstr "分数"\n', "two translations of 'Score'"),
        ("evalplat/locale/zh_CN/other.po", 'msgid "{a} of"\nmsgstr "{b} 之"\n', "the placeholders differ"),
        ("evalplat/locale/zh_CN/other.po", 'msgid "%(a)s of"\nmsgstr "之"\n', "the placeholders differ"),
    ],
)
def test_a_gap_in_the_catalogue_is_found(house, name, text, said):
    assert said in "\n".join(catalogue.catalogue_problems(house(name, text)))


def test_the_same_translation_twice_contradicts_nothing(house):
    assert (
        catalogue.catalogue_problems(
            house("evalplat/locale/zh_CN/other.po", 'msgid "Score"\nmsgstr "得分"\n')
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('TITLE = "单位"\n', "queries.py:4: '单位' is shown as it is"),
        ('def title(n):\n    return f"{n}，"\n', "queries.py:5: '，' is shown as it is"),
        ('TITLE = "单位"  # zh: shown\n', ""),
        ('TITLE = "单位"  # zh: why not\n', "queries.py:4: why is no reason"),
        ('def letter():  # zh: printed\n    return "你单位"\n', ""),
        ('TITLE = ("one",\n    "单位")  # zh: recorded\n', ""),
        ('def title():\n    """单位."""\n    return N_("For example 单位")\n', ""),
        ('# All zh: drafted\nTITLE = "单位"\n', ""),
        ("# All zh: drafted\n", "says that it holds Chinese, and holds none"),
    ],
)
def test_chinese_in_code_is_found(house, text, said):
    problems = speech.chinese_in_code(house("evalplat/stages/reports/queries.py", text))
    assert len(problems) == bool(said)
    assert said in "".join(problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>单位</p>\n", "page.html:2: 单 stands in the page"),
        ('<p>{{ _("One") }}：</p>\n', "page.html:2: ： stands in the page"),
        ('<p>{{ _("For example 单位") }}</p>{# 单位 #}\n', ""),
        ("<p>单位</p>{# zh: shown #}\n", ""),
        ("<p>单位</p>{# zh: why #}\n", "why is no reason"),
    ],
)
def test_chinese_in_a_page_is_found(house, text, said):
    problems = speech.chinese_in_templates(house("templates/reports/page.html", text))
    assert len(problems) == bool(said)
    assert said in "".join(problems)
