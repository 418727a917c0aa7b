"""What the clock does for reviews."""

from __future__ import annotations

from evalplat.jobs.queue import TickKind
from evalplat.kernel.work import Work

from . import actions_findings


def note_silence(work: Work) -> None:
    """Findings that a unit did not answer in time count as unanswered."""
    actions_findings.note_silence(work)


TICKS = (TickKind("reviews.note_silence", 10, note_silence),)
