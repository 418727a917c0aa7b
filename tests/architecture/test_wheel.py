"""An installed wheel finds everything that a checkout has: templates, indicators, questionnaires, texts."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LOOK = """
import importlib, json, pkgutil
import evalplat
from evalplat import resources

folders = {name: getattr(resources, name)() for name in dir(resources) if name.endswith("_dir")}
found = pkgutil.walk_packages(evalplat.__path__, "evalplat.")
modules = [module.name for module in found if ".migrations" not in module.name]
for module in modules:
    if not module.endswith("__main__"):
        importlib.import_module(module)
print(json.dumps({
    "package": evalplat.__file__,
    "modules": len(modules),
    "folders": {
        name: sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
        for name, folder in folders.items()
    },
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The Python of an environment that holds the wheel; libraries come from the present one."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    [wheel] = folder.glob("*.whl")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True)
    [site] = (folder / "venv" / "lib").glob("python*/site-packages")
    # A path file inside a path file is not read, so the checkout's own entry stays out.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return python


@pytest.fixture(scope="module")
def seen(installed: Path, tmp_path_factory) -> dict:
    """What a program in that environment sees."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    run = subprocess.run([installed, "-c", LOOK], cwd=elsewhere, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_every_module_can_be_imported_from_the_wheel(installed: Path, seen: dict):
    assert Path(seen["package"]).is_relative_to(installed.parents[1])
    assert seen["modules"] > 20


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("templates_dir", "templates"),
        ("indicators_dir", "indicators"),
        ("surveys_dir", "surveys"),
        ("static_dir", "evalplat/static"),
        ("locale_dir", "evalplat/locale"),
        ("migrations_dir", "evalplat/migrations"),
    ],
)
def test_the_wheel_carries_every_file_of_the_folder(seen: dict, name: str, folder: str):
    carried = [file for file in seen["folders"][name] if "__pycache__" not in file]
    assert carried == _files(ROOT / folder)
    assert carried


def test_the_command_is_installed(installed: Path, tmp_path: Path):
    command = installed.parent / "evalplat"
    run = subprocess.run([command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "demo" in run.stdout
