"""Members come and go with their grants; the log shows who took part; quiet circles go dormant."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.circles import queries, services
from cp_circles.circles.dates import months_before
from cp_circles.circles.models import Activity, CircleState
from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.files.models import Blob
from cp_circles.notices.models import Mail
from cp_circles.notices.queries import open_tasks_about, open_tasks_for
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.queries import actor_for
from tests.conftest import NOW

TODAY = date(2026, 9, 18)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def circle(make):
    return make.circle()


@pytest.fixture
def leader(make, circle):
    return make.actor(circle.leader.person)


@pytest.fixture
def department(make, circle):
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, circle.company)


def role_of(session, circle, person_id):
    actor = actor_for(session, person_id, LATER)
    roles = (Role.LEADER, Role.MEMBER)
    return [role for role in roles if actor.holds(role, ScopeKind.CIRCLE, circle.id)]


def test_a_member_joins_and_leaves_with_the_grant(session, make, circle, leader):
    colleague = make.employed(circle.company)
    member = services.add_member(
        session, actor=leader, circle=circle, person_id=colleague.id, duty="记录", now=NOW
    )
    assert (member.joined_on, role_of(session, circle, colleague.id)) == (TODAY, [Role.MEMBER])

    services.remove_member(session, actor=leader, circle=circle, member=member, reason="调岗", now=LATER)
    session.expire_all()
    assert (member.left_on, role_of(session, circle, colleague.id)) == (TODAY, [])
    assert len(circle.present_members) == 3
    assert [event.verb for event in events_of(session, circle)] == [
        "circles.remove_member",
        "circles.add_member",
    ]
    again = services.add_member(session, actor=leader, circle=circle, person_id=colleague.id, now=LATER)
    assert again.id != member.id


def test_add_member_refuses_doubles_strangers_and_an_eleventh(session, make, circle, leader):
    with pytest.raises(Invalid):
        services.add_member(session, actor=leader, circle=circle, person_id=leader.person_id, now=NOW)
    with pytest.raises(Invalid):
        services.add_member(session, actor=leader, circle=circle, person_id=make.person().id, now=NOW)
    full = make.circle(circle.company, members=10)
    with pytest.raises(DomainError):
        services.add_member(session, actor=make.actor(full.leader.person), circle=full, who="新人", now=NOW)
    assert (len(circle.present_members), len(full.present_members)) == (3, 10)


def test_remove_member_refuses_the_leader_the_third_and_no_reason(session, make, circle, leader):
    with pytest.raises(DomainError):
        services.remove_member(
            session, actor=leader, circle=circle, member=circle.leader, reason="x", now=NOW
        )
    with pytest.raises(DomainError):
        services.remove_member(
            session, actor=leader, circle=circle, member=circle.present_members[1], reason="x", now=NOW
        )
    make.circle_member(circle)
    session.expire(circle)
    with pytest.raises(Invalid):
        services.remove_member(
            session, actor=leader, circle=circle, member=circle.present_members[1], reason=" ", now=NOW
        )
    foreign = make.circle(circle.company).present_members[1]
    with pytest.raises(NotFound):
        services.remove_member(session, actor=leader, circle=circle, member=foreign, reason="x", now=NOW)
    assert len(circle.present_members) == 4


def test_members_are_kept_by_the_leader_and_the_department_only(session, make, circle, department):
    member = make.actor(circle.present_members[1].person)
    with pytest.raises(NotAllowed):
        services.add_member(session, actor=member, circle=circle, who="新人", now=NOW)
    with pytest.raises(NotFound):
        services.add_member(session, actor=make.actor(), circle=circle, who="新人", now=NOW)
    services.add_member(session, actor=department, circle=circle, who="新人", now=NOW)
    assert len(circle.present_members) == 4


def test_edit_member_keeps_duty_and_title(session, circle, leader):
    member = circle.present_members[1]
    services.edit_member(
        session, actor=leader, circle=circle, member=member, duty=" 测量 ", title="技师", now=NOW
    )
    assert (member.duty, member.title) == ("测量", "技师")
    assert events_of(session, circle)[0].after["duty"] == "测量"


def test_change_of_leader_hands_over_grant_and_tasks(session, make, circle, leader):
    member = circle.present_members[2]
    services.ask_for_renewals(session, NOW)
    services.change_leader(session, actor=leader, circle=circle, member=member, reason="轮换", now=LATER)
    session.expire_all()

    assert circle.leader is member
    assert role_of(session, circle, member.person_id) == [Role.LEADER]
    assert role_of(session, circle, leader.person_id) == [Role.MEMBER]
    new = actor_for(session, member.person_id, LATER)
    assert [task.kind for task in open_tasks_for(session, new)] == [services.RENEW]
    assert open_tasks_for(session, leader) == []
    assert {mail.person_id for mail in session.scalars(sa.select(Mail))} == {
        leader.person_id,
        member.person_id,
    }


def test_change_leader_refuses_the_leader_no_reason_and_former_members(session, make, circle, leader):
    former = make.circle_member(circle, left_on=date(2026, 3, 1))
    session.expire(circle)
    cases = (
        (circle.leader, "x", DomainError),
        (circle.present_members[1], " ", Invalid),
        (former, "x", NotFound),
    )
    for member, reason, refusal in cases:
        with pytest.raises(refusal):
            services.change_leader(
                session, actor=leader, circle=circle, member=member, reason=reason, now=NOW
            )
    assert circle.leader.person_id == leader.person_id


def log(session, actor, circle, **given):
    standard = {
        "held_on": TODAY,
        "summary": "测漏点",
        "attendee_ids": [member.id for member in circle.present_members[:2]],
        "now": NOW,
    }
    return services.log_activity(session, actor=actor, circle=circle, **(standard | given))


def blob(session, sha256="ab" * 32):
    row = Blob(sha256=sha256, size=3, media_type="image/png", created_at=NOW)
    session.add(row)
    session.flush()
    return row


def test_activity_of_a_foreign_project_or_an_unknown_step_is_refused(session, make, circle):
    own, foreign = make.project(circle), make.project()
    member = make.actor(circle.present_members[1].person)
    for project_id, step in ((foreign.id, ""), (own.id, "no-such-step")):
        with pytest.raises(NotFound):
            log(session, member, circle, project_id=project_id, step_key=step)
    assert session.scalars(sa.select(Activity)).all() == []


def test_log_activity_with_attendance_and_photos(session, make, circle):
    circle.last_active_on = date(2026, 5, 1)
    member = make.actor(circle.present_members[1].person)
    picture, project = blob(session), make.project(circle)
    step = project.steps[0].key
    row = log(
        session,
        member,
        circle,
        project_id=project.id,
        step_key=step,
        minutes=45,
        photos=[(picture, "../现场.exe"), (picture, "again")],
    )
    session.expire_all()

    assert [one.member_id for one in row.attendance] == [one.id for one in circle.present_members[:2]]
    assert (row.project_id, row.step_key) == (project.id, step)
    assert (row.minutes, circle.last_active_on) == (45, TODAY)
    assert [(photo.sha256, photo.name) for photo in row.photos] == [(picture.sha256, "again.png")]
    assert queries.photo_of(session, circle, row.photos[0].id).sha256 == picture.sha256
    with pytest.raises(NotFound):
        queries.photo_of(session, make.circle(circle.company), row.photos[0].id)
    with pytest.raises(NotFound):
        queries.activity_of(session, make.circle(circle.company), row.id)
    assert events_of(session, circle)[0].after["photos"] == [picture.sha256]


def test_an_older_activity_does_not_turn_the_clock_back(session, circle, leader):
    log(session, leader, circle, held_on=TODAY)
    log(session, leader, circle, held_on=TODAY - timedelta(30))
    assert circle.last_active_on == TODAY


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"held_on": TODAY + timedelta(1)}, "held_on"),
        ({"summary": " "}, "summary"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"attendee_ids": []}, "attendees"),
        ({"attendee_ids": [999_999]}, "attendees"),
    ],
)
def test_log_activity_refuses_bad_input(session, circle, leader, given, field):
    with pytest.raises(Invalid) as refusal:
        log(session, leader, circle, **given)
    assert refusal.value.field == field
    assert session.scalar(sa.select(sa.func.count()).select_from(Activity)) == 0


def test_log_activity_refuses_people_who_had_left_and_other_circles(session, make, circle, leader):
    former = make.circle_member(circle, left_on=date(2026, 3, 1))
    session.expire(circle)
    foreign = make.circle(circle.company).present_members[0]
    for member in (former, foreign):
        with pytest.raises(Invalid):
            log(session, leader, circle, attendee_ids=[member.id])
    assert log(session, leader, circle, attendee_ids=[former.id], held_on=date(2026, 3, 1)).id


def test_log_activity_refuses_strangers_verifiers_and_unregistered_circles(session, make, circle):
    with pytest.raises(NotFound):
        log(session, make.actor(), circle)
    with pytest.raises(NotAllowed):
        log(session, make.holder(Role.FINANCE, ScopeKind.COMPANY, circle.company), circle)
    draft = make.circle(circle.company, "draft")
    with pytest.raises(DomainError):
        log(session, make.actor(draft.leader.person), draft)
    assert session.scalar(sa.select(sa.func.count()).select_from(Activity)) == 0


def test_mark_dormant_after_six_months_tells_leader_and_department(session, make, circle, leader, department):
    circle.last_active_on = date(2026, 3, 18)
    awake = make.circle(circle.company, last_active_on=date(2026, 3, 19))
    assert services.mark_dormant(session, NOW) == [circle]
    session.expire_all()

    assert (circle.state, awake.state) == (CircleState.DORMANT, CircleState.REGISTERED)
    assert [task.kind for task in open_tasks_for(session, leader)] == [services.LOG_ACTIVITY]
    assert [task.kind for task in open_tasks_for(session, department)] == [services.DECIDE_DORMANT]
    assert {mail.person_id for mail in session.scalars(sa.select(Mail))} == {
        leader.person_id,
        department.person_id,
    }
    assert services.mark_dormant(session, NOW) == []
    assert events_of(session, circle)[0].actor_id is None


def test_a_dormant_circle_is_revived_with_a_reason(session, make, circle, leader, department):
    circle.last_active_on = date(2026, 1, 1)
    services.mark_dormant(session, NOW)
    log(session, leader, circle)
    assert [task.kind for task in open_tasks_for(session, leader)] == []

    with pytest.raises(Invalid):
        services.revive_circle(session, actor=department, circle=circle, reason="", now=NOW)
    with pytest.raises(NotAllowed):
        services.revive_circle(session, actor=leader, circle=circle, reason="x", now=NOW)
    services.revive_circle(session, actor=department, circle=circle, reason="恢复活动", now=NOW)
    assert (circle.state, circle.last_active_on) == (CircleState.REGISTERED, TODAY)
    assert open_tasks_about(session, circle) == []
    with pytest.raises(DomainError):
        services.revive_circle(session, actor=department, circle=circle, reason="x", now=NOW)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 9, 18), 6, date(2026, 3, 18)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 3, 1), 6, date(2025, 9, 1)),
        (date(2026, 6, 30), 6, date(2025, 12, 30)),
    ],
)
def test_months_before_stays_in_the_month(day, months, before):
    assert months_before(day, months) == before
