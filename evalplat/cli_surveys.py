"""``surveys check``: what is wrong with questionnaire files, a line a problem, for people and for editors that jump to it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from evalplat.definitions.problems import has_errors
from evalplat.definitions.surveys import load_survey
from evalplat.terminal import said, survey_told

FINE, FINDINGS, WRONG_USAGE, SYSTEM_TROUBLE = 0, 1, 2, 3


def run_check(
    paths: Iterable[Path | str], *, strict: bool = False, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """Check files (of a folder: its ``*.yaml``) and print ``file:line:column  CODE what is wrong. What to do.``

    Answers 0 when all is well (warnings are well unless ``strict``), 1 on findings, 2 when there is no file to check,
    3 when a file cannot be read.
    """
    out, err = out or sys.stdout, err or sys.stderr
    files = [file for path in paths for file in _files(Path(path))]
    if not files:
        print(said("No questionnaire file to check."), file=err)
        return WRONG_USAGE
    codes = [_check_file(file, strict=strict, out=out, err=err) for file in files]
    return max(codes)


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _check_file(file: Path, *, strict: bool, out: TextIO, err: TextIO) -> int:
    try:
        survey, problems = load_survey(file)
    except OSError as error:
        print(said("{path}: cannot be read: {reason}", path=file, reason=error.strerror), file=err)
        return SYSTEM_TROUBLE
    except UnicodeDecodeError:
        print(said("{path}: is not UTF-8 text. Save it as UTF-8.", path=file), file=out)
        return FINDINGS
    for problem in problems:
        print(survey_told(problem), file=out)
    if survey is not None and not problems:
        pages, scored = len(survey.pages), len(survey.scored)
        print(said("{path}: {key} {version}, {pages} pages, {scored} scored, {sha}", path=file, key=survey.key, version=survey.version,
                   pages=pages, scored=scored, sha=survey.hash[:12]), file=out)
    return FINDINGS if has_errors(problems) or (strict and problems) else FINE
