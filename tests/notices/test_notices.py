"""Tasks reach the right people, mail waits for its sender, comments mention."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.events import events_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.notices import queries, services
from cp_circles.notices.models import Comment, Mail, Task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import NOBODY, SYSTEM
from tests.conftest import NOW

TODAY = date(2026, 9, 18)
DO = "Approve the circle"


def assign(session, subject, **given):
    return services.assign_task(
        session, **({"kind": DO, "subject": subject, "url": "/circles/1", "now": NOW} | given)
    )


def kinds(session, actor):
    return [task.kind for task in queries.open_tasks_for(session, actor)]


def test_a_task_for_a_role_reaches_its_holders_and_nobody_else(session, make):
    company, other = make.company(), make.company()
    role = {"to_role": Role.DEPARTMENT, "scope_kind": ScopeKind.COMPANY, "scope_id": company.id}
    assign(session, company, **role)

    assert kinds(session, make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)) == [DO]
    assert kinds(session, make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, other)) == []
    assert kinds(session, make.holder(Role.FINANCE, ScopeKind.COMPANY, company)) == []
    assert kinds(session, NOBODY) == []
    assert kinds(session, SYSTEM) == []


def test_tasks_come_by_date_and_those_without_one_last(session, make):
    company, person = make.company(), make.person()
    for kind, days in (("none", None), ("late", 5), ("soon", 1)):
        due = None if days is None else TODAY + timedelta(days)
        assign(session, company, kind=kind, to_person=person, due_on=due)
    assert kinds(session, make.actor(person)) == ["soon", "late", "none"]


def test_the_same_open_task_is_not_given_twice(session, make):
    company, person = make.company(), make.person()
    assign(session, company, to_person=person, due_on=TODAY)
    again = assign(session, company, to_person=person, due_on=TODAY + timedelta(3), values={"name": "甲"})
    assert (again.due_on, again.values) == (TODAY + timedelta(3), {"name": "甲"})
    assert session.scalar(sa.select(sa.func.count()).select_from(Task)) == 1


def test_finish_tasks_takes_them_off_the_list(session, make):
    one, two, person = make.company(), make.company(), make.person()
    assign(session, one, to_person=person)
    assign(session, one, to_person=person, kind="other")
    assign(session, two, to_person=person)
    actor = make.actor(person)

    assert services.finish_tasks(session, subject=one, kind=DO, now=NOW) == 1
    assert kinds(session, actor) == ["other", DO]
    assert services.finish_tasks(session, subject=one, now=NOW) == 1
    assert services.finish_tasks(session, subject=one, now=NOW) == 0
    assert kinds(session, actor) == [DO]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"to_person": 1, "to_role": Role.JUDGE},
        {"to_role": Role.JUDGE},
        {"to_person": 1, "url": "https://elsewhere.example"},
        {"to_person": 1, "url": "//elsewhere.example"},
    ],
)
def test_assign_task_refuses_a_wrong_call(session, make, given):
    with pytest.raises(ValueError):
        assign(session, make.company(), **given)
    assert session.scalar(sa.select(sa.func.count()).select_from(Task)) == 0


def test_counts_and_the_overdue_filter(session, make):
    company, person = make.company(), make.person()
    assign(session, company, kind="today", to_person=person, due_on=TODAY)
    assign(session, company, kind="past", to_person=person, due_on=TODAY - timedelta(1))
    assign(session, company, kind="role", to_role=Role.LEADER, scope_kind=ScopeKind.CIRCLE, scope_id=9)
    make.grant(person, Role.LEADER, ScopeKind.CIRCLE, company, scope_id=9)
    actor = make.actor(person)

    assert queries.task_counts_for(session, actor, today=TODAY) == queries.TaskCounts(3, 1)
    assert queries.task_counts_for(session, NOBODY, today=TODAY) == queries.TaskCounts(0, 0)
    overdue = queries.open_tasks_listed(session, actor, today=TODAY, overdue=True)
    assert [task.kind for task in overdue.rows] == ["past"]
    own = queries.open_tasks_listed(session, actor, today=TODAY, own=True)
    assert [task.kind for task in own.rows] == ["past", "today"]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_of_tasks_takes_two_statements(session, make, count_statements, count):
    company, person = make.company(), make.person()
    for number in range(count):
        assign(session, company, kind=f"kind {number}", to_person=person)
    actor = make.actor(person)

    def look():
        page = queries.open_tasks_listed(session, actor, today=TODAY, size=50)
        assert [task.url for task in page.rows] == ["/circles/1"] * count

    assert count_statements(look) == 2


def test_dismiss_task_is_only_for_reading_and_only_ones_own(session, make):
    company, person = make.company(), make.person()
    work = assign(session, company, to_person=person)
    reading = assign(session, company, kind=services.MENTION, to_person=person)
    actor = make.actor(person)

    with pytest.raises(NotAllowed):
        services.dismiss_task(session, actor=actor, task=work, now=NOW)
    with pytest.raises(NotFound):
        services.dismiss_task(session, actor=make.actor(), task=reading, now=NOW)
    with pytest.raises(NotFound):
        queries.task_for(session, actor=make.actor(), task_id=reading.id)
    services.dismiss_task(session, actor=actor, task=reading, now=NOW)
    assert kinds(session, actor) == [DO]


class Box:
    """A sender that keeps what it is given, and fails on order."""

    def __init__(self, fails: bool = False) -> None:
        self.fails, self.sent = fails, []

    def send(self, *, to, subject, body):
        if self.fails:
            raise OSError("no route")
        self.sent.append((to, subject, body))


def words(locale, msgid, values):
    return f"{locale}:{msgid % values if values else msgid}"


def deliver(session, box):
    return services.deliver_mails(
        session, sender=box, translate=words, base_url="https://cp.example/", now=NOW
    )


def test_mail_goes_out_in_the_readers_language_with_its_address(session, make):
    reader = make.person(email="li@example.org", locale="en")
    mail = services.send_mail(
        session,
        to_person=reader,
        subject="Hello %(name)s\nBcc: x",
        body="100 %% of %(name)s",
        values={"name": "甲", "url": "/tasks"},
        now=NOW,
    )
    box = Box()

    assert deliver(session, box) == 1
    ((to, subject, body),) = box.sent
    assert (to, subject) == ("li@example.org", "en:Hello 甲 Bcc: x")
    text, address, about = body.split("\n\n")
    assert (text, address) == ("en:100 % of 甲", "https://cp.example/tasks")
    assert about.startswith("en:") and about.endswith(" https://cp.example/account/notifications")
    assert (mail.sent_at, mail.attempts) == (NOW, 1)
    assert deliver(session, box) == 0


def test_mail_that_fails_is_tried_again_five_times(session, make):
    reader = make.person(email="li@example.org")
    mail = services.send_mail(session, to_person=reader, subject="s", body="b", now=NOW)
    for _ in range(7):
        assert deliver(session, Box(fails=True)) == 0
    assert (mail.sent_at, mail.attempts, mail.last_error) == (None, 5, "OSError: no route")


def test_mail_without_a_sender_or_an_address_stays_in_the_outbox(session, make):
    services.send_mail(session, to_person=make.person(email="a@example.org"), subject="s", body="b", now=NOW)
    services.send_mail(session, to_person=make.person(), subject="t", body="b", now=NOW)
    assert deliver(session, None) == 0
    assert deliver(session, Box()) == 1
    assert [mail.subject for mail in queries.mails_of(session, person_id=None).rows] == ["t", "s"]


def test_everybody_reads_their_own_mail(session, make):
    mine, other = make.person(), make.person()
    services.send_mail(session, to_person=mine, subject="mine", body="b", now=NOW)
    services.send_mail(session, to_person=other, subject="other", body="b", now=NOW)
    assert [mail.subject for mail in queries.mails_of(session, person_id=mine.id).rows] == ["mine"]


def comment(session, actor, subject, text, **given):
    return services.add_comment(
        session, actor=actor, subject=subject, text=text, url="/circles/1", now=NOW, **given
    )


def test_a_comment_mentions_by_name_the_longest_first(session, make):
    company, author = make.company(), make.person()
    short, long = make.person(name="王一"), make.person(name="王一明")
    row = comment(session, make.actor(author), company, "请@王一明 看一下", mentionable=[short, long, author])

    assert kinds(session, make.actor(long)) == [services.MENTION]
    assert kinds(session, make.actor(short)) == []
    assert [mail.person_id for mail in session.scalars(sa.select(Mail))] == [long.id]
    assert [line.verb for line in events_of(session, row)] == ["notices.add_comment"]

    services.resolve_comment(session, actor=make.actor(author), comment=row, now=NOW)
    assert (row.resolved_at, kinds(session, make.actor(long))) == (NOW, [])
    with pytest.raises(DomainError):
        services.resolve_comment(session, actor=make.actor(author), comment=row, now=NOW)


@pytest.mark.parametrize("text", ["", "  \n", "长" * 4001])
def test_a_comment_refuses_nothing_and_too_much(session, make, text):
    with pytest.raises(Invalid) as refusal:
        comment(session, make.actor(), make.company(), text)
    assert refusal.value.field == "text"
    assert session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


def test_a_comment_needs_a_person(session, make):
    with pytest.raises(NotAllowed):
        comment(session, NOBODY, make.company(), "x")


def test_comments_of_a_record_by_place(session, make):
    company, other, actor = make.company(), make.company(), make.actor()
    one = comment(session, actor, company, "甲", place="4.2")
    comment(session, actor, company, "乙")
    comment(session, actor, other, "丙")

    assert [row.text for row in queries.comments_of(session, company)] == ["甲", "乙"]
    assert [row.text for row in queries.comments_of(session, company, place="4.2")] == ["甲"]
    assert queries.comment_on(session, company, one.id) is one
    with pytest.raises(NotFound):
        queries.comment_on(session, other, one.id)
