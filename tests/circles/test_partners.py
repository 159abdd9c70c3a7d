"""Joint circles: asked, joined by the partner's department, read by it, counted by share, and left."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import url_for

from cp_circles.circles import queries, rules, services
from cp_circles.circles.models import CirclePartner, PartnerState
from cp_circles.cli.check import check_boards
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.notices.models import Mail, Task
from cp_circles.panels.queries.recusals import entry_facts
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects.queries import projects_listed
from cp_circles.projects.rules import can_edit_project, can_see_project
from cp_circles.results.masking import names_to_mask
from cp_circles.workforce.services import Handover, let_leave
from tests.conftest import NOW
from tests.judging.world import World
from tests.ledger import totals
from tests.savings.test_guard import verified
from tests.savings.test_services import board

TODAY = date(2026, 9, 18)


@pytest.fixture
def home(make):
    """The home company."""
    return make.company(short_code="HOME")


@pytest.fixture
def other(make):
    """A company in another province."""
    return make.company(make.places()[-1], short_code="OTHER")


@pytest.fixture
def circle(make, home):
    """A registered circle of the home company."""
    return make.circle(home)


def head(make, company):
    """Somebody of the company's department."""
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)


def ask(session, make, circle, company, share="0.3", actor=None, **facts):
    facts = {"share": Decimal(share), "reason": "同一条蒸汽管线", "now": NOW, **facts}
    actor = actor or head(make, circle.company)
    return services.ask_partner(session, actor=actor, circle=circle, company=company, **facts)


def join(session, make, partner, joins=True, text="", actor=None):
    actor = actor or head(make, partner.company)
    return services.answer_partner(session, actor=actor, partner=partner, joins=joins, text=text, now=NOW)


def leave(session, make, partner, actor=None, reason="合作结束"):
    actor = actor or head(make, partner.company)
    return services.leave_circle(session, actor=actor, partner=partner, reason=reason, now=NOW)


def test_the_partner_is_asked_joins_and_reads(session, make, circle, other):
    project = make.project(circle)
    reader = head(make, other)
    assert not rules.can_see(reader, circle)
    partner = ask(session, make, circle, other)
    task = session.scalars(sa.select(Task).where(Task.subject_kind == "circle_partners")).one()
    assert (task.scope_id, task.role, task.url) == (
        other.id,
        Role.DEPARTMENT,
        f"/circles/{circle.id}/partners",
    )
    assert rules.can_see(reader, circle) and not rules.can_see_inside(reader, circle)
    assert not can_see_project(reader, project)
    join(session, make, partner, actor=reader)
    assert (partner.state, partner.since_on) == (PartnerState.JOINED, TODAY)
    session.refresh(task)
    assert task.done_at == NOW and session.scalar(sa.select(sa.func.count(Mail.id))) == 1
    assert rules.can_see_inside(reader, circle) and can_see_project(reader, project)
    assert [row.id for row in queries.circles_listed(session, actor=reader).rows] == [circle.id]
    assert [row.id for row in projects_listed(session, actor=reader).rows] == [project.id]
    assert not rules.can_edit(reader, circle) and not rules.can_approve(reader, circle)
    assert not rules.can_log_activity(reader, circle) and not can_edit_project(reader, project)
    stranger = head(make, make.company())
    assert not rules.can_see_inside(stranger, circle) and not can_see_project(stranger, project)


def test_members_come_from_all_companies_and_leave_with_theirs(session, make, circle, home, other):
    guest = make.employed(other, make.person(name="伙伴甲"), employee_number="P-1")
    actor = head(make, home)
    with pytest.raises(Invalid):
        services.add_member(session, actor=actor, circle=circle, who="P-1", now=NOW)
    partner = join(session, make, ask(session, make, circle, other))
    member = services.add_member(session, actor=actor, circle=circle, who="P-1", now=NOW)
    assert member.person_id == guest.id
    rates = queries.company_rates(session, [home.id, other.id], year=2026)
    assert (rates[home.id].people, rates[other.id].people) == (3, 1)
    assert queries.region_rates(session, home.region.path, year=2026).people == 3
    services.change_leader(session, actor=actor, circle=circle, member=member, reason="换", now=NOW)
    with pytest.raises(DomainError):
        leave(session, make, partner)
    first = circle.present_members[0]
    services.change_leader(session, actor=actor, circle=circle, member=first, reason="换", now=NOW)
    leave(session, make, partner)
    assert (member.left_on, partner.state, partner.until_on) == (TODAY, PartnerState.ENDED, TODAY)
    assert not rules.can_see_inside(head(make, other), circle)


def joined(session, make, circle, company, share, since=date(2025, 1, 1)):
    """A partner that has taken part for long."""
    row = CirclePartner(
        circle=circle, company=company, share=Decimal(share), state=PartnerState.JOINED,
        since_on=since, asked_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_a_saving_counts_to_each_company_by_share(session, make, circle, home, other):
    joined(session, make, circle, other, "0.3")
    late = make.company()
    joined(session, make, circle, late, "0.2", since=date(2026, 2, 1))
    whole = make.circle(home)
    verified(session, make, make.mv_1(make.project(whole)))
    yuan = board(session, "direct_yuan")
    full = totals.total_of(session, yuan, "company", home.id)
    verified(session, make, make.mv_1(make.project(circle)))
    theirs = totals.total_of(session, yuan, "company", other.id)
    assert theirs == (full * Decimal("0.3")).quantize(Decimal("0.01")) > 0
    assert totals.total_of(session, yuan, "company", home.id) == full + full - theirs
    assert totals.total_of(session, yuan, "company", late.id) == 0
    assert totals.total_of(session, yuan, "region", other.region_id) == theirs
    assert totals.total_of(session, yuan, "circle", circle.id) == full
    assert totals.totals_by_scope(session, yuan, "circle", parent_id=other.id) == {circle.id: theirs}
    parts = totals.totals_by_scope(session, yuan, "circle", parent_id=home.id)
    assert sum(parts.values()) == totals.total_of(session, yuan, "company", home.id)
    assert check_boards(session) == 0


def test_recusals_and_masks_know_all_companies(session, make, other):
    world = World(session, make)
    result = world.result()
    circle, company = result.project.circle, result.project.company
    entry = world.entry(world.company_round(company), result)
    partner = joined(session, make, circle, other, "0.3")
    partner.state, partner.until_on = PartnerState.ENDED, TODAY
    session.flush()
    session.expire_all()
    (fact,) = entry_facts(session, [entry.id])
    assert fact.company_ids == {company.id, other.id}
    assert {other.name, "OTHER"} <= set(names_to_mask(result.project, []))


def test_refusals_of_asking(session, make, circle, home, other):
    shop = make.department(home, "动力车间")
    closed = make.company(active=False)

    def refused(kind, company, **facts):
        with pytest.raises(kind) as caught:
            ask(session, make, circle, company, **facts)
        return caught.value

    refused(NotAllowed, other, actor=make.actor(circle.leader.person))
    refused(NotFound, other, actor=head(make, make.company()))
    refused(Invalid, other, reason=" ")
    assert refused(Invalid, home, share="0").field == "department"
    assert refused(Invalid, home, department=shop).field == "share"
    assert refused(Invalid, other, department=shop).field == "department"
    assert refused(Invalid, closed).field == "company"
    for share in ("1", "-0.1", "1.5"):
        assert refused(Invalid, other, share=share).field == "share"
    joined(session, make, circle, make.company(), "0.6")
    session.expire(circle, ["partners"])
    assert refused(Invalid, other, share="0.4").values["free"] == "40"
    ask(session, make, circle, other, share="0.39")
    refused(DomainError, other, share="0.1")
    assert len(circle.partners) == 2
    workshop = ask(session, make, circle, home, share="0", department=shop)
    assert workshop.state is PartnerState.JOINED
    refused(Invalid, home, share="0", department=shop)


def test_refusals_of_answering_and_leaving(session, make, circle, other):
    partner = ask(session, make, circle, other)
    with pytest.raises(NotAllowed):
        join(session, make, partner, actor=head(make, circle.company))
    with pytest.raises(NotFound):
        join(session, make, partner, actor=head(make, make.company()))
    with pytest.raises(Invalid):
        join(session, make, partner, joins=False)
    assert partner.state is PartnerState.ASKED
    join(session, make, partner, joins=False, text="没有人手")
    with pytest.raises(NotAllowed):
        leave(session, make, partner, actor=head(make, circle.company))
    assert partner.state is PartnerState.DECLINED
    second = ask(session, make, circle, other)
    leave(session, make, second, actor=head(make, circle.company), reason="改变主意")
    assert second.state is PartnerState.DECLINED
    third = join(session, make, ask(session, make, circle, other))
    with pytest.raises(NotAllowed):
        leave(session, make, third, actor=head(make, circle.company))
    with pytest.raises(Invalid):
        leave(session, make, third, reason=" ")
    assert third.state is PartnerState.JOINED


def test_a_new_share_replaces_the_old_one_from_that_day(session, make, circle, home, other):
    old = joined(session, make, circle, other, "0.3")
    session.expire(circle, ["partners"])
    join(session, make, ask(session, make, circle, other, share="0.5"))
    assert (old.state, old.until_on) == (PartnerState.ENDED, TODAY)
    assert queries.shares_on(session, circle, date(2026, 9, 17))[other] == Decimal("0.3")
    now = queries.shares_on(session, circle, TODAY)
    assert now == {home: Decimal("0.5"), other: Decimal("0.5")}
    assert queries.shares_on(session, circle, date(2024, 1, 1)) == {}


def test_the_pages(session, make, client, circle, home, other):
    boss, partner_head = make.person(name="部门甲"), make.person(name="部门乙")
    make.grant(boss, Role.DEPARTMENT, ScopeKind.COMPANY, home)
    make.grant(partner_head, Role.DEPARTMENT, ScopeKind.COMPANY, other)
    client.enter(boss)
    path = f"/circles/{circle.id}/partners"
    assert client.get(path).status_code == 200
    assert client.send(path, {"company": "NIX", "reason": "同线"}).status_code == 422
    assert client.send(path, {"company": "OTHER", "share": "120", "reason": "同线"}).status_code == 422
    assert client.send(path, {"company": "other", "share": "30", "reason": "同线"}).status_code == 303
    partner = session.scalars(sa.select(CirclePartner)).one()
    assert partner.share == Decimal("0.3") and path in client.get(f"/circles/{circle.id}").text
    client.enter(partner_head)
    assert path in client.get(f"/circles/{circle.id}").text
    refused = client.send(f"{path}/{partner.id}/decline", {"reason": " "})
    assert refused.status_code == 422 and "联合小组" in refused.text
    assert client.send(f"{path}/{partner.id}/join").status_code == 303
    inside = client.get(f"/circles/{circle.id}")
    assert inside.status_code == 200 and home.name in inside.text and "h-members" in inside.text
    assert client.send(f"{path}/{partner.id}/leave", {"reason": ""}).status_code == 422
    assert client.send(f"{path}/{partner.id}/decline", {"reason": ""}).status_code == 403
    assert client.send(f"{path}/{partner.id}/leave", {"reason": "合作结束"}).status_code == 303
    assert client.get(path).status_code == 404


def test_a_question_taken_back_is_not_called_declined(session, make, client, circle, home, other):
    boss = make.person(name="部门甲")
    make.grant(boss, Role.DEPARTMENT, ScopeKind.COMPANY, home)
    partner = ask(session, make, circle, other)
    leave(session, make, partner, actor=head(make, home), reason="改为自办")
    assert partner.is_taken_back and session.scalars(sa.select(Mail.subject)).all()[-1:] == [
        "%(company)s is no longer asked to take part in your circle %(name)s"
    ]
    session.commit()
    client.enter(boss)
    page = client.get(f"/circles/{circle.id}/partners").text
    assert "询问已撤回" in page and "已谢绝" not in page


READ = "circles.show_circle circles.list_activities circles.show_partners projects.show_project savings.list_savings"
SKIPPED = frozenset({"circles.join_circle", "circles.decline_circle", "circles.leave_circle"})


def test_the_partners_department_reads_and_never_acts(session, make, app, client, circle, other):
    project = make.project(circle, title="SECRET 课题")
    saving = verified(session, make, make.mv_1(project))
    ids = {"circle_id": circle.id, "project_id": project.id, "saving_id": saving.id}
    joined(session, make, circle, other, "0.3")
    reader, stranger = make.person(name="部门乙"), make.person(name="外人")
    make.grant(reader, Role.DEPARTMENT, ScopeKind.COMPANY, other)
    make.grant(stranger, Role.DEPARTMENT, ScopeKind.COMPANY, make.company())
    reads, acts = set(), []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            of_joint = rule.endpoint.split(".")[0] in {"circles", "projects", "savings"}
            if of_joint and rule.arguments and rule.arguments <= set(ids) and rule.endpoint not in SKIPPED:
                path = url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments})
                acts += [path] if "POST" in rule.methods else []
                reads |= {(rule.endpoint, path)} if "GET" in rule.methods else set()
    session.commit()
    client.enter(reader)
    seen = {endpoint for endpoint, path in reads if client.get(path).status_code == 200}
    assert set(READ.split()) <= seen
    sent = {"reason": "理由", "text": "意见"}
    let_in = {path for path in acts if client.send(path, sent).status_code not in (403, 404)}
    assert let_in == set()
    client.enter(stranger)
    for endpoint, path in sorted(reads):
        answer = client.get(path)
        assert answer.status_code in (403, 404) and "SECRET" not in answer.text, endpoint


def test_who_leaves_the_partner_company_leaves_the_joint_circle(session, make, circle, other):
    joined(session, make, circle, other, "0.3")
    guest = make.employed(other)
    member = make.circle_member(circle, guest)
    session.expire_all()
    held = let_leave(
        session, actor=head(make, other), company=other, person_id=guest.id, last_day=TODAY,
        handover=Handover(), reason="退休", now=NOW,
    )  # fmt: skip
    assert [row.id for row in held.circles] == [circle.id] and member.left_on == TODAY
