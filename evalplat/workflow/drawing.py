"""The stage machine as a drawing, made from the table so that it cannot lie."""

from __future__ import annotations

from .stages import STAGE_OF, Stage, State
from .table import EVALUATION_MOVES


def as_mermaid() -> str:
    """A Mermaid state diagram of all moves of an evaluation, its states grouped by stage."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFTED}"]
    for stage in Stage:
        states = [state for state in State if STAGE_OF[state] == stage]
        if states:
            lines += [f"    state {stage} {{", *(f"        {state}" for state in states), "    }"]
    for move in EVALUATION_MOVES:
        lines += [f"    {source} --> {move.to}: {move.name}" for source in move.sources]
    return "\n".join(lines)


def as_table() -> str:
    """The same as a Markdown table: move, from → to, act, facts, way round."""
    rows = ["| move | from → to | act | facts | if the unit stays silent |", "|---|---|---|---|---|"]
    for move in EVALUATION_MOVES:
        facts = " ".join(f"`{fact}`" for fact in move.facts) or "–"
        rows.append(f"| {move.name} | {', '.join(move.sources)} → {move.to} | `{move.act}` | {facts} | {move.way_round or '–'} |")
    return "\n".join(rows)
