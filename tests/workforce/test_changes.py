"""Companies renamed and closed, doubled people merged: numbers, sums and chains stay."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleMember, CircleState
from cp_circles.circles.queries import company_rates
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.judging.models import Level, Round, Season
from cp_circles.notices.services import assign_task
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Disclosure
from cp_circles.organisations.services import edit_company
from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.queries import actor_for, find_account
from cp_circles.people.secrets import hash_password, is_password
from cp_circles.people.services.stand_ins import name_stand_in
from cp_circles.workforce import services
from tests.conftest import NOW


@pytest.fixture
def chief(make):
    """An administrator."""
    return make.holder(Role.ADMINISTRATOR)


def rename(session, make, head, company, name):
    return edit_company(
        session, actor=make.actor(head), company=company, version=company.version, name=name, name_en="",
        industry=None, headcount=200, output_yuan=None, aliases=company.aliases,
        disclosure=Disclosure.WORK, now=NOW,
    )  # fmt: skip


def test_a_renamed_company_keeps_number_and_former_name(session, make, head, company):
    old, code = company.name, company.short_code
    circle = make.circle(company=company)
    number = circle.number
    rename(session, make, head, company, "示例新名公司")
    assert (company.name, company.short_code, circle.number) == ("示例新名公司", code, number)
    assert organisations.former_names(session, company) == [(old, NOW)]
    assert old in company.aliases
    found = organisations.companies_listed(session, actor=make.actor(head), text=old)
    assert [row.id for row in found.rows] == [company.id]


def merge(session, actor, kept, doubled, reason="同一人"):
    return services.merge_people(session, actor=actor, kept=kept, doubled=doubled, reason=reason, now=NOW)


@pytest.fixture
def doubled(make, company):
    """The same worker a second time, with an e-mail and a password."""
    person = make.person(
        name="工人乙", email="b@example.com", password_hash=hash_password("four paper boats")
    )
    return make.employed(company, person, employee_number="0099")


def test_one_person_keeps_circles_roles_tasks_and_sign_in(session, make, chief, company, worker, doubled):
    circle = make.circle(company=company, members=2, leader=doubled)
    make.circle_member(circle, worker)
    other = make.circle(company=company, members=2)
    make.circle_member(other, doubled)
    activity = make.activity(circle)
    make.grant(doubled, Role.FACILITATOR, ScopeKind.COMPANY, company)
    task = assign_task(session, kind="示例", subject=company, to_person=doubled, url="/x", now=NOW)
    session.flush()
    before = company_rates(session, [company.id], year=2026)[company.id]
    merge(session, chief, worker, doubled)
    after = company_rates(session, [company.id], year=2026)[company.id]
    assert after.people == before.people - 1
    actor = actor_for(session, worker.id, NOW)
    assert actor.holds(Role.FACILITATOR, ScopeKind.COMPANY, company.id)
    assert actor.holds(Role.LEADER, ScopeKind.CIRCLE, circle.id)
    assert actor.holds(Role.MEMBER, ScopeKind.CIRCLE, other.id)
    session.refresh(task)
    assert task.person_id == worker.id
    present = sa.select(CircleMember).where(
        CircleMember.circle_id == circle.id, CircleMember.left_on.is_(None)
    )
    assert len(session.scalars(present.where(CircleMember.person_id == worker.id)).all()) == 1
    assert len({row.member.person_id for row in activity.attendance}) == len(activity.attendance) - 1
    assert find_account(session, "b@example.com").id == worker.id
    assert find_account(session, "T001 0042").id == worker.id
    assert is_password("four paper boats", worker.password_hash)
    assert not doubled.active and services.merged_into(session, doubled.id) == worker.id
    with pytest.raises(DomainError):
        merge(session, chief, worker, doubled)


def test_what_was_signed_stays_and_open_claims_wait(session, make, chief, company, worker, doubled):
    from cp_circles.savings import services as savings

    leader = make.employed(company)
    circle = make.circle(company=company, leader=leader)
    make.grant(doubled, Role.PROCESS_OWNER, ScopeKind.COMPANY, company)
    make.rulesets()
    saving = make.mv_1(make.project(circle))
    savings.claim_saving(session, actor=make.actor(leader), saving=saving, now=NOW)
    savings.sign_claim(
        session, actor=make.actor(doubled), saving=saving, role=Role.PROCESS_OWNER,
        claim_sha256=saving.claim.sha256, password_confirmed_at=NOW, now=NOW,
    )  # fmt: skip
    for pair in ((worker, doubled), (doubled, worker)):
        with pytest.raises(DomainError):
            merge(session, chief, *pair)
    assert doubled.active and doubled.email == "b@example.com"


def test_who_may_merge_and_what_is_refused(session, make, head, chief, company, worker, doubled):
    with pytest.raises(NotFound):
        merge(session, make.actor(head), worker, doubled)
    with pytest.raises(Invalid):
        merge(session, chief, worker, worker)
    with pytest.raises(Invalid):
        merge(session, chief, worker, doubled, reason=" ")
    assert doubled.active


def close(session, actor, company, reason="停产"):
    return services.close_company(session, actor=actor, company=company, reason=reason, now=NOW)


def test_a_closed_company_can_be_read_and_nothing_else(session, make, head, chief, company, worker):
    circle = make.circle(company=company, leader=worker)
    make.grant(worker, Role.FINANCE, ScopeKind.COMPANY, company)
    assert close(session, chief, company) == 1
    assert (circle.state, circle.state_reason, company.active) == (CircleState.DEREGISTERED, "停产", False)
    assert actor_for(session, worker.id, NOW).grants == ()
    assert actor_for(session, head.id, NOW).grants == ()
    with pytest.raises(DomainError):
        close(session, chief, company)
    with pytest.raises(DomainError):
        services.store_staff(session, actor=chief, company=company, rows=[], now=NOW)


def test_who_may_close(session, make, head, chief, company, worker):
    with pytest.raises(NotAllowed):
        close(session, make.actor(head), company)
    with pytest.raises(NotFound):
        close(session, make.actor(worker), company)
    with pytest.raises(Invalid):
        close(session, chief, company, " ")
    assert company.active


def test_the_pages(session, make, client, company, worker, doubled):
    boss = make.person(name="管理员")
    make.grant(boss, Role.ADMINISTRATOR)
    client.enter(boss)
    path = f"/workforce/people/{worker.id}/merge"
    assert client.get(path).status_code == 200
    assert client.send(path, {"doubled": str(worker.id)}).status_code == 422
    assert "没有找到“nobody@example.com”" in client.send(path, {"doubled": "nobody@example.com"}).text
    shown = client.send(path, {"doubled": "b@example.com"})
    assert shown.status_code == 200 and 'name="sure"' in shown.text and "b@example.com</td>" in shown.text
    unsure = client.send(path, {"doubled": str(doubled.id), "reason": "同一人"})
    assert unsure.status_code == 422 and "请先核对上面两条记录" in unsure.text and doubled.active
    sent = {"doubled": str(doubled.id), "sure": "y", "reason": "同一人"}
    assert client.send(path, sent).status_code == 303
    number = session.scalar(
        sa.select(sa.func.count(Employment.id)).where(
            Employment.person_id == worker.id, Employment.ended_on == date(2026, 9, 18)
        )
    )
    assert number == 1
    closing = f"/workforce/companies/{company.id}/closing"
    assert client.get(closing).status_code == 200
    assert client.send(closing, {"reason": ""}).status_code == 422
    make.rulesets()
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "ladder_edition_id": 1}
    season = Season(year=2026, name="2026", **year)
    session.add(
        Round(
            season=season, level=Level.COMPANY, company=company, name="本厂评审", public_key="k",
            rule_edition_id=1, created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert "本企业的评审“本厂评审”尚未结束" in client.get(closing).text
    assert client.send(closing, {"reason": "停产"}).status_code == 303
    assert "/departments" not in client.get(f"/companies/{company.id}").text
    assert "该企业已关闭" in client.get(closing).text
    assert f'href="/people/{worker.id}"' in client.get(f"/people/{doubled.id}").text


def test_closing_ends_every_duty_and_officials_go_on_reading(session, make, client, head, chief, company):
    finance = make.employed(company)
    stand_in = make.employed(company, make.person(email="in@example.com", password_hash="x"))
    make.grant(finance, Role.FINANCE, ScopeKind.COMPANY, company)
    row = name_stand_in(
        session, actor=make.actor(head), company_id=company.id, person_id=finance.id,
        stand_in_id=stand_in.id, role=Role.FINANCE, since=NOW, until=NOW + timedelta(days=9),
        reason="出差", now=NOW,
    )  # fmt: skip
    token = make.api_token(company)
    project = make.project()
    project.company_id = company.id
    named = assign_task(session, kind="示例", subject=project, url="/x", to_person=finance, now=NOW)
    task = assign_task(
        session, kind="示例", subject=company, url="/x", to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY, scope_id=company.id, now=NOW,
    )  # fmt: skip
    circle = make.circle(company)
    official = make.person(name="县经办")
    make.grant(official, Role.OFFICIAL, ScopeKind.REGION, company.region)
    close(session, chief, company)
    session.commit()
    assert (row.ended_at, row.end_reason, token.revoked_at, task.done_at) == (NOW, "停产", NOW, NOW)
    assert named.done_at == NOW
    for person in (head, finance, stand_in, circle.leader.person):
        assert actor_for(session, person.id, NOW).grants == ()
    client.enter(official)
    assert "停产" in client.get(f"/companies/{company.id}").text
    assert client.get(f"/circles/{circle.id}").status_code == 200
    client.enter(head)
    assert client.get(f"/companies/{company.id}").status_code in (403, 404)
