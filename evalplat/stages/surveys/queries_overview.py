"""How far each wave is: one line a questionnaire, and the table of departments that the address filters and pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlmodel import col, select

from evalplat.campaigns import definitions, windows
from evalplat.campaigns.tables import Campaign
from evalplat.jobs.tables import Job
from evalplat.kernel.i18n import N_, language
from evalplat.kernel.listing import Fields, Paged, Wanted, paged, wanted
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from . import queries, rules
from .rules import FREEZE, Evidence, WaveState
from .tables import SurveyLink, SurveyWave

KINDS: dict[str, str] = {"few": N_("fewer valid answers than needed"), "enough": N_("enough valid answers")}
LinkRow = tuple[SurveyLink, SurveyWave, Unit]


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit in one wave: how many answered by which way, how many count, and whether that is enough."""

    wave: WaveLine
    evaluation_id: int
    unit_code: str
    unit: str
    tokens: int
    by_token: int
    by_link: int
    repeated: int
    valid: int

    @property
    def n(self) -> int:
        """All answers."""
        return self.by_token + self.by_link + self.repeated

    @property
    def enough(self) -> bool:
        """Whether the wave's minimum is reached."""
        return self.valid >= self.wave.minimum


@dataclass(frozen=True, slots=True)
class WaveLine:
    """One questionnaire of the campaign. ``measured``: its answers count for the score."""

    id: int
    key: str
    title: str
    group: str
    state: str
    version: str
    minimum: int
    measured: bool
    root: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A wave with its sums: all answers, and how many of the units have enough valid ones."""

    wave: WaveLine
    n: int
    reached: int
    units: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The page of all surveys of a campaign; ``cells`` and ``links`` are those of the page of the table that is shown."""

    opens_at: datetime | None
    closes_at: datetime | None
    waves: tuple[Summary, ...]
    units: tuple[tuple[str, str], ...]
    wanted: Wanted
    cells: Paged[Cell]
    links: tuple[LinkRow, ...]
    freezing: str = ""
    """How far the newest recount is: queued, running, done, failed; empty before the first."""

    @property
    def seals(self) -> tuple[tuple[str, str], ...]:
        """The root over all answers of each frozen questionnaire."""
        return tuple((one.wave.title, one.wave.root) for one in self.waves if one.wave.root)

    @property
    def wave_options(self) -> tuple[tuple[str, str], ...]:
        """Every questionnaire for a list."""
        return tuple((one.wave.key, one.wave.title) for one in self.waves)

    @property
    def open_options(self) -> tuple[tuple[str, str], ...]:
        """Those that a poster may ask."""
        return tuple((one.wave.key, one.wave.title) for one in self.waves if one.wave.group in rules.OPEN_GROUPS)

    def state(self) -> str:
        """The earliest state of any wave."""
        order = list(WaveState)
        return min((one.wave.state for one in self.waves), key=lambda state: order.index(WaveState(state)), default="")


def read(path: str, params: Fields) -> Wanted:
    """What the address, or the hidden fields of a button, ask of the table: questionnaire, department, with or without enough
    answers, page."""
    return wanted(path, params, filters=("wave", "q", "kind"), known={"kind": KINDS})


def overview(work: Work, campaign: Campaign, ask: Wanted) -> Overview:
    """Waves, sums and one page of the table: as many queries for eighty units as for three."""
    units = queries.units_of(work, campaign)
    lines = _lines(work, campaign)
    if ask.get("wave") not in {line.key for line in lines}:
        ask = replace(ask, filters={name: value for name, value in ask.filters.items() if name != "wave"})
    weight = queries.open_weight(campaign)
    counts, tokens = queries.whole_counts(work, campaign), queries.issued_tokens(work, campaign)
    cells = [_cell(line, (evaluation.id or 0, unit), counts, tokens.get((line.id, evaluation.id or 0), 0), weight=weight)
             for evaluation, unit in units for line in lines]
    waves = tuple(_summary(line, [cell for cell in cells if cell.wave is line]) for line in lines)
    shown = paged([cell for cell in cells if _fits(ask, cell)], ask)
    at_the_end = not ask.filtered and shown.last == shown.total
    standing = {evaluation.id or 0 for evaluation, _ in units} if at_the_end else None
    window = windows.window_of(work, campaign, "survey")
    return Overview(
        window.opens_at if window else None, window.closes_at if window else None, waves,
        tuple((unit.code, unit.name) for _, unit in units), ask, shown,
        _links(work, campaign, shown.rows, listed=standing), _freezing(work, campaign))


def _fits(ask: Wanted, cell: Cell) -> bool:
    kind = ask.get("kind")
    return (ask.get("wave") in ("", cell.wave.key) and (not kind or cell.enough == (kind == "enough"))
            and ask.get("q").lower() in f"{cell.unit_code} {cell.unit}".lower())


def _lines(work: Work, campaign: Campaign) -> list[WaveLine]:
    """The waves by the order of their keys; the indicator system is read once for all of them."""
    waves = queries.waves_of(work, campaign)
    groups = definitions.system_of(work, campaign).surveys if waves else {}
    found = []
    for wave in waves:
        survey, group = queries.survey_of(work, wave), queries.group_in(groups, wave)
        minimum = (groups[group].minimum if group else 0) or survey.min_valid
        found.append(WaveLine(wave.id or 0, wave.key, survey.words(survey.title, language()), wave.group, wave.state, survey.version,
                              minimum, bool(group), wave.root))
    return found


def _cell(wave: WaveLine, place: tuple[int, Unit], counts: Mapping[tuple[int, int, str, str], int], tokens: int, *,
          weight: Fraction) -> Cell:
    evaluation, unit = place
    n = [counts.get((wave.id, evaluation, grade, "n"), 0) for grade in Evidence]
    by_token, *by_link = (counts.get((wave.id, evaluation, grade, "valid"), 0) for grade in Evidence)
    beside = rules.weight_beside(wave.group, by_token, weight)
    return Cell(wave, evaluation, unit.code, unit.name, tokens, *n, by_token + int(sum(by_link) * beside))


def _summary(wave: WaveLine, cells: list[Cell]) -> Summary:
    return Summary(wave, sum(cell.n for cell in cells), sum(cell.enough for cell in cells), len(cells))


def _links(work: Work, campaign: Campaign, cells: tuple[Cell, ...], *, listed: Collection[int] | None) -> tuple[LinkRow, ...]:
    """The open links of the rows that are shown. Given the departments that are ``listed``, those of all others follow: a department
    that stands still or was merged has no row any more, but its posters may hang on."""
    places = {(cell.wave.id, cell.evaluation_id) for cell in cells if cell.wave.group in rules.OPEN_GROUPS}
    rows = queries.links_of(work, campaign, evaluations={key for _, key in places} if listed is None else None)
    beside = [row for row in rows if listed is not None and row[0].evaluation_id not in listed]
    return (*(row for row in rows if (row[0].wave_id, row[0].evaluation_id) in places), *beside)


def _freezing(work: Work, campaign: Campaign) -> str:
    query = select(Job.state).where(Job.campaign_id == campaign.id, Job.kind == FREEZE).order_by(col(Job.id).desc())
    return work.session.exec(query).first() or ""
