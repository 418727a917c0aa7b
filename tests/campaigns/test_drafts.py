"""An office's own indicator system: begun, saved by one at a time, published once, chosen by an evaluation."""

from __future__ import annotations

import pytest
from sqlmodel import select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import definitions, drafts, moves, setup
from evalplat.campaigns.tables import Definition, DefinitionDraft
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.people import actions as people
from tests.world import World

SOURCE = "tengzhou-2026.yaml"
TITLE = ("indicators", "A101", "title", "zh")


def begun(world: World, *, source: str = SOURCE, title: str = "本市指标体系") -> str:
    with world.acting("section") as work:
        return drafts.start(work, source=source, title=title).code


def test_a_draft_begins_with_a_version_of_its_own(world: World) -> None:
    assert [begun(world), begun(world)] == ["tengzhou-2026-2026-2", "tengzhou-2026-2026-3"]
    with world.acting("section") as work:
        draft = drafts.draft_named(work, "tengzhou-2026-2026-2")
        system, problems = drafts.checked(work, draft.text)
        assert system is not None
        assert (system.id, system.version, system.title.zh, len(system.leaves)) == ("tengzhou-2026", "2026.2", "本市指标体系", 41)
        assert drafts.errors_of(problems) == []
        assert draft.started_from == SOURCE


def test_two_writers_notice_each_other(world: World) -> None:
    code = begun(world)
    with world.acting("section") as work:
        drafts.change(work, drafts.draft_named(work, code), {TITLE: "甲"}, revision=1)
    with world.acting("section") as work:
        draft = drafts.draft_named(work, code)
        with pytest.raises(Invalid) as told:
            drafts.change(work, draft, {TITLE: "乙"}, revision=1)
        assert set(told.value.errors) == {"revision"}
        assert (draft.revision, "甲" in draft.text, "乙" in draft.text.split("A101")[1][:60]) == (2, True, False)
        assert drafts.change(work, draft, {TITLE: "甲"}, revision=2).revision == 2
        with pytest.raises(Refused):
            drafts.change(work, draft, {("indicators", "nothing", "points"): "1"}, revision=2)


def test_a_version_that_stands_is_not_published_with_other_content(world: World) -> None:
    code = begun(world)
    with world.acting("section") as work:
        draft = drafts.change(work, drafts.draft_named(work, code), {("version",): "2026.1"}, revision=1)
        assert [one.code for one in drafts.errors_of(drafts.checked(work, draft.text)[1])] == ["E118"]
        with pytest.raises(Refused):
            drafts.publish(work, draft, revision=2)
        draft = drafts.change(work, draft, {("version",): "2027.1"}, revision=2)
        with pytest.raises(Invalid):
            drafts.publish(work, draft, revision=2)
        row = drafts.publish(work, draft, revision=3)
        assert (row.key, row.version, row.title) == ("tengzhou-2026", "2027.1", "本市指标体系")
        for deed in (lambda: drafts.publish(work, draft, revision=3), lambda: drafts.save(work, draft, draft.text, revision=3),
                     lambda: drafts.remove(work, draft)):
            with pytest.raises(Refused):
                deed()
    again = begun(world, source="tengzhou-2026@2027.1")
    with world.acting("section") as work:
        draft = drafts.change(work, drafts.draft_named(work, again), {("version",): "2027.1", TITLE: "改了"}, revision=1)
        assert [one.code for one in drafts.errors_of(drafts.checked(work, draft.text)[1])] == ["E118"]


def test_what_happens_is_in_the_log(world: World) -> None:
    code, other = begun(world), begun(world)
    with world.acting("section") as work:
        draft = drafts.change(work, drafts.draft_named(work, code), {TITLE: "甲"}, revision=1)
        drafts.publish(work, draft, revision=2)
        drafts.remove(work, drafts.draft_named(work, other))
        with pytest.raises(NotFound):
            drafts.draft_named(work, other)
    with world.acting("section") as work:
        events = [one for one in work.session.exec(select(AuditEvent.event).order_by(AuditEvent.seq)) if one.startswith("definition.")]
    assert events == ["definition.drafted"] * 2 + ["definition.saved", "definition.published", "definition.removed"]


def test_an_evaluation_chooses_a_published_version(campaign_world: World) -> None:
    world, code = campaign_world, begun(campaign_world)
    with world.acting("section") as work:
        draft = drafts.change(work, drafts.draft_named(work, code), {TITLE: "本市的第一项指标"}, revision=1)
        row = drafts.publish(work, draft, revision=2)
        campaign = world.campaign(work)
        setup.change_frame(work, campaign, system_file=f"{row.key}@{row.version}")
        assert definitions.problems_of(work, campaign) == []
        assert definitions.system_of(work, campaign).leaf("A101").title.zh == "本市的第一项指标"
        assert not moves.campaign_blocked_by(work, campaign, "approve")
        definitions.freeze(work, campaign)
        assert [one.id for one in definitions.frozen(work, campaign, definitions.INDICATORS)] == [row.id]
        assert definitions.system_of(work, campaign).hash == row.hash


def test_a_version_that_is_not_there_blocks_the_plan(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign = campaign_world.campaign(work)
        for name in ("tengzhou-2026@1999", "@", "../x@1"):
            setup.change_frame(work, campaign, system_file=name)
            with pytest.raises(Refused):
                definitions.system_of(work, campaign)


def test_questionnaires_that_an_evaluation_froze_can_be_chosen_again(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        row = work.session.exec(select(Definition).where(Definition.kind == definitions.SURVEY)).first()
        assert row is not None
        assert definitions.text_of(work, definitions.SURVEY, f"{row.key}@{row.version}") == row.text
        with pytest.raises(Refused):
            definitions.text_of(work, definitions.INDICATORS, f"{row.key}@{row.version}")


def test_another_offices_draft_and_version_do_not_exist(world: World) -> None:
    code = begun(world)
    with world.acting("section") as work:
        drafts.publish(work, drafts.draft_named(work, code), revision=1)
    with world.acting("system") as work:
        office = people.set_up_office(work, code="other", name="别的编办", short_name="别的编办", document_mark="别的编办",
                                      document_series="别编办发")
        other = office.id
    with world.acting("section") as work:
        for row in (work.session.exec(select(DefinitionDraft)).one(), work.session.exec(select(Definition)).one()):
            row.office_id = other or 0
            work.session.add(row)
        work.session.flush()
        assert drafts.find(work, code) is None
        with pytest.raises(Refused):
            drafts.start(work, source="tengzhou-2026@2026.2")
