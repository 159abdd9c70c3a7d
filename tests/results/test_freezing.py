"""Draft, freeze, withdraw, revoke: after freezing nothing changes any more."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.judging.models import Entry, EntryState, Level, Round, Season
from cp_circles.organisations.models import Company
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects import services as projects
from cp_circles.results import queries, services
from cp_circles.results.canonical import canonical_json, exact_text, plain, sha256_of
from cp_circles.results.models import Result, ResultState
from cp_circles.savings import services as savings
from cp_circles.savings.queries import readings_under
from tests.projects.walking import completed


def count(world):
    return world.session.scalar(sa.select(sa.func.count()).select_from(Result))


def draft(world, project=None, **texts):
    project = project or completed(world)
    return services.draft_result(
        world.session,
        actor=world.leader,
        project=project,
        now=world.now,
        **({"title": "降低空压站用电量成果", "summary": "电耗下降", "intangible": "士气提高"} | texts),
    )


def freeze(world, storage, result, **change):
    given = {"actor": world.leader, "result": result, "version": result.version, "now": world.now} | change
    return services.freeze_result(world.session, **given)


def claimed(world, project):
    """The saving of the worked case MV-1, claimed: 120 against 108 kWh/t."""
    saving = world.make.mv_1(project)
    savings.claim_saving(world.session, actor=world.leader, saving=saving, now=world.now)
    return saving


def verified(world, saving):
    """The saving signed by process owner, metering and finance as claimed."""
    for role in (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE):
        savings.sign_claim(
            world.session,
            actor=world.make.holder(role, ScopeKind.COMPANY, world.company),
            saving=saving,
            role=role,
            claim_sha256=saving.claim.sha256,
            password_confirmed_at=world.now,
            now=world.now,
        )
    return saving


def enter(world, result):
    """The result entered in a round of its company."""
    edition = result.project.method_edition_id
    season = Season(
        year=2026,
        name="2026",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        ladder_edition_id=edition,
    )
    round_ = Round(
        season=season,
        level=Level.COMPANY,
        company_id=world.company.id,
        name="公司评审",
        public_key="a" * 32,
        rule_edition_id=edition,
        created_at=world.now,
    )
    entry = Entry(
        round_=round_,
        result=result,
        number=1,
        blind_key="b" * 32,
        track_key="problem_solving",
        unit_kind="circle",
        unit_id=1,
        submitted_at=world.now,
    )
    world.session.add_all([season, round_, entry])
    world.session.flush()
    return entry


def test_draft_result_needs_a_completed_project_and_a_member(world):
    running = world.registered()
    with pytest.raises(DomainError):
        draft(world, running)
    project = completed(world)
    for actor, refusal in ((world.department, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            services.draft_result(world.session, actor=actor, project=project, now=world.now)
    with pytest.raises(Invalid):
        draft(world, project, title="长" * 201)
    assert count(world) == 0
    result = draft(world, project)
    assert (result.state, len(result.key)) == (ResultState.DRAFT, 32)
    with pytest.raises(DomainError):
        draft(world, project)
    assert count(world) == 1


def test_edit_result_refuses_stale_versions_and_others(world):
    result = draft(world)

    def edit(version, actor=None, **texts):
        return services.edit_result(
            world.session,
            actor=actor or world.member,
            result=result,
            version=version,
            now=world.now,
            **({"title": "新标题", "summary": "新摘要", "intangible": ""} | texts),
        )

    with pytest.raises(Stale) as stale:
        edit(0)
    assert stale.value.current["version"] == 1
    with pytest.raises(NotAllowed):
        edit(1, world.finance)
    with pytest.raises(Invalid):
        edit(1, title=" ")
    assert result.title == "降低空压站用电量成果"
    edit(1)
    assert (result.title, result.version) == ("新标题", 2)
    assert set(events_of(world.session, result)[0].after) == {"title", "summary", "intangible"}


def test_freeze_result_hashes_the_package(world, storage):
    result = freeze(world, storage, draft(world))
    assert result.state is ResultState.FROZEN
    assert result.sha256 == sha256_of(result.package)
    assert result.package["circle"]["members"][0] == world.leader.name
    assert result.package["project"]["number"] == f"{world.circle.number}-01"
    assert [step["key"] for step in result.package["steps"]][:2] == ["topic", "status"]
    assert events_of(world.session, result)[0].after["sha256"] == result.sha256


def test_freeze_result_refuses(world, storage):
    empty = draft(world, summary=" ")
    with pytest.raises(Invalid) as refused:
        freeze(world, storage, empty)
    assert refused.value.field == "summary"
    services.withdraw_result(world.session, actor=world.leader, result=empty, reason="重写", now=world.now)
    result = draft(world, empty.project)
    for change, refusal in (
        ({"actor": world.department}, NotAllowed),
        ({"actor": world.stranger}, NotFound),
        ({"version": 9}, Stale),
    ):
        with pytest.raises(refusal):
            freeze(world, storage, result, **change)
    assert (result.state, result.package, result.sha256) == (ResultState.DRAFT, None, None)
    freeze(world, storage, result)
    with pytest.raises(DomainError):
        freeze(world, storage, result)


def test_one_changed_reading_changes_every_figure_before_freezing_and_none_after(world, storage):
    project = completed(world)
    saving = world.make.mv_1(project)
    result = draft(world, project)
    before = queries.package_of(world.session, result)
    [reading] = [
        row
        for row in readings_under(world.session, saving)
        if row.meter_id == saving.meter_id and row.starts_on == date(2025, 3, 1)
    ]
    reading.quantity = Decimal(90_000)
    world.session.flush()
    after = queries.package_of(world.session, result)
    one, other = before["savings"][0], after["savings"][0]
    assert one["claimed"]["quantity"] == "126000"
    assert other["claimed"]["quantity"] == "130500"
    for name in ("quantity", "kgce", "kgco2e", "direct_yuan"):
        assert one["claimed"][name] != other["claimed"][name], name
    assert one["percent"] != other["percent"]
    assert one["reporting"]["rows"][2]["quantity"] != other["reporting"]["rows"][2]["quantity"]
    for name in ("claimed_kgce", "claimed_kgco2e", "claimed_direct_yuan"):
        assert before["totals"][name] != after["totals"][name], name
    freeze(world, storage, result)
    frozen = deepcopy(result.package)
    reading.quantity = Decimal(80_000)
    project.title = world.circle.name = world.company.name = "改名以后"
    world.session.flush()
    world.session.expire(result)
    assert queries.package_of(world.session, result) == frozen
    assert sha256_of(result.package) == result.sha256


def test_a_frozen_result_never_changes(world, storage):
    result = freeze(world, storage, draft(world))
    with pytest.raises(DomainError):
        services.edit_result(
            world.session,
            actor=world.leader,
            result=result,
            version=result.version,
            title="x",
            summary="x",
            intangible="",
            now=world.now,
        )


def test_package_holds_claimed_and_verified_amounts_and_signatures(world, storage):
    project = completed(world)
    verified(world, claimed(world, project))
    result = freeze(world, storage, draft(world, project))
    [saving] = result.package["savings"]
    assert saving["claimed"]["quantity"] == saving["verified"]["quantity"] == "126000"
    assert [row["role"] for row in saving["signatures"]] == ["process_owner", "metering", "finance"]
    assert len(saving["baseline"]["rows"]) == len(saving["reporting"]["rows"]) == 12
    assert saving["baseline"]["from"] == "2024-01-01"
    assert {row["kind"] for row in saving["factors"]} == {"kgce", "kgco2e", "yuan"}
    totals = result.package["totals"]
    assert totals["kgce"] == saving["verified"]["kgce"]
    assert totals["direct_yuan"] == saving["verified"]["direct_yuan"]


def test_an_unverified_saving_never_enters_the_totals(world, storage):
    project = completed(world)
    claimed(world, project)
    package = freeze(world, storage, draft(world, project)).package
    assert package["savings"][0]["verified"] is None
    assert (package["totals"]["kgce"], package["totals"]["direct_yuan"]) == ("0", "0")
    assert package["totals"]["claimed_kgce"] == package["savings"][0]["claimed"]["kgce"]


def test_withdraw_result_refuses_while_entered(world, storage):
    result = freeze(world, storage, draft(world))
    entry = enter(world, result)
    with pytest.raises(DomainError):
        services.withdraw_result(
            world.session, actor=world.leader, result=result, reason="数据有误", now=world.now
        )
    assert result.state is ResultState.FROZEN
    entry.state = EntryState.WITHDRAWN
    for actor, refusal in ((world.department, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            services.withdraw_result(world.session, actor=actor, result=result, reason="x", now=world.now)
    with pytest.raises(Invalid):
        services.withdraw_result(world.session, actor=world.leader, result=result, reason="", now=world.now)
    assert result.state is ResultState.FROZEN
    services.withdraw_result(
        world.session, actor=world.leader, result=result, reason="数据有误", now=world.now
    )
    assert (result.state, result.state_reason) == (ResultState.WITHDRAWN, "数据有误")
    assert result.package is not None
    with pytest.raises(DomainError):
        services.withdraw_result(world.session, actor=world.leader, result=result, reason="x", now=world.now)
    assert draft(world, result.project).id != result.id


def test_revoke_result_is_for_the_department_and_for_officials_of_what_was_entered(world, storage):
    result = freeze(world, storage, draft(world))
    official = world.make.holder(Role.OFFICIAL, ScopeKind.REGION, world.company.region)

    def revoke(actor, **more):
        services.revoke_result(
            world.session, actor=actor, result=result, **({"reason": "数据不实", "now": world.now} | more)
        )

    for actor, refusal in ((official, NotFound), (world.leader, NotAllowed), (world.finance, NotAllowed)):
        with pytest.raises(refusal):
            revoke(actor)
    with pytest.raises(Invalid):
        revoke(world.department, reason=" ")
    assert result.state is ResultState.FROZEN
    revoke(official, entered=True)
    assert result.state is ResultState.REVOKED
    with pytest.raises(DomainError):
        revoke(world.department)


def test_results_are_listed_for_those_who_see_the_project(world, count_statements):
    project = completed(world)
    draft(world, project)

    def titles(actor, **wanted):
        return [row.title for row in queries.results_listed(world.session, actor=actor, **wanted).rows]

    assert titles(world.department) == titles(world.member) == ["降低空压站用电量成果"]
    assert titles(world.stranger) == []
    assert titles(world.department, states=[ResultState.FROZEN]) == []
    assert titles(world.department, text="空压站") == ["降低空压站用电量成果"]
    actor = world.department

    def listing():
        page = queries.results_listed(world.session, actor=actor)
        return [(row.project.circle.name, row.project.company.name) for row in page.rows]

    company_id = project.company_id
    few = count_statements(listing)
    company = world.session.get(Company, company_id)
    for _ in range(2):
        world.make.result(world.make.project(world.make.circle(company), state="completed"))
    assert count_statements(listing) == few == 2


def test_projects_without_result_are_offered_to_their_members(world):
    project = completed(world)
    assert [row.id for row in queries.projects_without_result(world.session, world.member)] == [project.id]
    assert queries.projects_without_result(world.session, world.department) == []
    draft(world, project)
    assert queries.projects_without_result(world.session, world.member) == []


def test_a_stopped_project_gives_no_result(world):
    project = world.registered()
    projects.stop_project(world.session, actor=world.leader, project=project, reason="停产", now=world.now)
    with pytest.raises(DomainError):
        draft(world, project)


def test_canonical_text_has_one_form():
    package = {"b": [1, "甲"], "a": None}
    assert canonical_json(package) == '{"a":null,"b":[1,"甲"]}'
    assert json.loads(canonical_json(package)) == package
    assert sha256_of({"a": None, "b": [1, "甲"]}) == sha256_of(package)
    with pytest.raises(TypeError):
        plain(0.1)
    with pytest.raises(TypeError):
        canonical_json({"a": Decimal(1)})
    assert [exact_text(Decimal(text)) for text in ("1.50", "100", "1E+2", "-0.00", "0.000001")] == [
        "1.5",
        "100",
        "100",
        "0",
        "0.000001",
    ]
