"""A campaign whose survey is open, and what a person of each group answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from evalplat.campaigns.tables import Evaluation
from evalplat.jobs import queue
from evalplat.jobs.tables import Job
from evalplat.kernel import clock
from evalplat.stages.surveys import actions, queries
from evalplat.stages.surveys.rules import FREEZE
from evalplat.stages.surveys.tables import SurveyLink, SurveyWave
from tests.conftest import Keep
from tests.world import World

ANSWERS: dict[str, dict[str, Any]] = {
    "citizen": {"C3": "2", "C7": "4", "C11": "3", "C12": ["slow", "other"], "C13": "窗口太少", "told": "no"},
    "recipient": {"R1": "other", "R2": "counter", "R8": "1", "R3": "5", "R4": "4", "R5": "4", "R6": "3", "R7": "na", "R9": "4",
                  "R10": "2", "R11": "5", "R12": "na", "R13": "4", "R14": "4", "R16": "staff", "R17": "8", "R18": "还好"},
    "delegate": {"D1": "other", "D2": "some", **{f"D{n}": "4" for n in range(3, 11)}, "D15": "5", "D11": "half",
                 "D12": "right", "D13": ["none"], "D14": "加强基层"},
    "counterpart": {**{f"K{n}": "4" for n in range(1, 7)}, "K7": ["none"], "K8": "保持"},
    "staff": {"S1": "staff", "S2": "business", **{f"S{n}": "4" for n in (3, 4, 5, 6, 7, 9, 13, 14, 15, 16)}, "S8": "right",
              "S10": "even", "S11": "h40", "S12": "people", "S17": ["none"], "S18": "无"},
}


@pytest.fixture
def open_world(noticed_world: World, kept: Keep) -> World:
    """The notice is out and the survey's window has begun."""
    return kept("surveys open", noticed_world, _open)


def _open(world: World) -> None:
    world.pass_days(6)
    with world.acting("system") as work:
        actions.open_and_close(work)


@pytest.fixture
def place(open_world: World) -> Callable[..., tuple[SurveyWave, Evaluation]]:
    """``place("citizen", "jiaotong")``: a wave and an evaluation."""

    def find(key: str, unit: str = "jiaotong") -> tuple[SurveyWave, Evaluation]:
        with open_world.acting("system", write=False) as work:
            wave = queries.wave_of(work, open_world.campaign(work), key)
            assert wave is not None
            return wave, open_world.evaluation(work, unit)

    return find


def link_to(world: World, key: str, unit: str = "jiaotong") -> str:
    """The address of an open link."""
    with world.acting("section", write=False) as work:
        rows = queries.links_of(work, world.campaign(work))
        return next(f"/s/{link.code}" for link, wave, row in rows if (wave.key, row.code) == (key, unit))


def tokens_for(world: World, key: str, unit: str = "jiaotong", *, count: int = 1) -> list[str]:
    """New one-time tokens."""
    with world.acting("section") as work:
        wave = queries.wave_of(work, world.campaign(work), key)
        assert wave is not None
        return actions.make_tokens(work, wave, world.evaluation(work, unit), count=count)


def freeze(world: World) -> None:
    """Let the window pass and freeze."""
    world.pass_days(40)
    with world.acting("section") as work:
        actions.freeze(work, world.campaign(work))
        for job in work.session.exec(select(Job).where(Job.kind != FREEZE)):  # the notice's PDF is of no concern here
            job.run_after = work.now + timedelta(days=1)
    with clock.at(world.now):
        queue.run_all(world.engine)


def rows(world: World, table: Any) -> list[Any]:
    """Every row of a table."""
    with world.acting("system", write=False) as work:
        return list(work.session.exec(select(table)))


__all__ = ["ANSWERS", "SurveyLink", "freeze", "link_to", "rows", "tokens_for"]
