"""Reminding judges who are behind: whom it reaches, what they get, and when it is refused."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, NotAllowed, NotFound
from cp_circles.notices.models import Mail, Task
from cp_circles.panels import services as panels_services
from cp_circles.panels.queries.behind import REMINDED
from cp_circles.people.models import Person
from tests.judging.world import t2


def behind_round(world):
    """A round in scoring: one judge is done, one has an open sheet, one has not answered, one declined."""
    round_ = world.round_at("city")
    entry, done, late = world.entry(round_), world.judge(round_), world.judge(round_)
    world.numbers(round_)
    sheets = [world.assign(entry, judge) for judge in (done, late)]
    world.score(sheets[0], t2("80"), world.at("scoring", 0.2))
    invited = {"actor": world.officials["city"], "round_": round_, "now": world.at("scoring", 0.2)}
    silent, gone = (
        panels_services.invite_judge(world.session, person=world.make.person(), **invited) for _ in "ab"
    )
    panels_services.decline_invitation(
        world.session, actor=world.make.actor(gone.person), judge=gone, now=invited["now"]
    )
    return round_, late, silent


def mails(session):
    """Reminders in the outbox: person and body."""
    wanted = sa.select(Mail.person_id, Mail.body).where(Mail.subject.startswith("Reminder from"))
    return [tuple(row) for row in session.execute(wanted.order_by(Mail.id))]


def test_those_behind_get_a_mail_and_keep_the_task_and_the_chain_says_who(session, world):
    round_, late, silent = behind_round(world)
    act = {"actor": world.officials["city"], "round_": round_}
    now = world.at("scoring", 0.3)
    found = panels_services.remind_judges(session, now=now, **act)
    assert [(row.judge, row.lacks, row.open_sheets) for row in found] == [
        (late, "score", 1), (silent, "answer", 0),
    ]  # fmt: skip
    told = mails(session)
    assert [person for person, _body in told] == [late.person_id, silent.person_id]
    assert "still open" in told[0][1] and "not answered" in told[1][1]
    kinds = session.scalars(
        sa.select(Task.kind).where(
            Task.person_id.in_([late.person_id, silent.person_id]), Task.done_at.is_(None)
        )
    ).all()
    assert sorted(kind.split()[0] for kind in kinds) == ["Accept", "Score"]
    event = session.scalar(sa.select(Event).where(Event.verb == REMINDED))
    assert event.after == {"judges": [late.number, silent.number]} and event.chain == f"round:{round_.id}"
    with pytest.raises(DomainError, match="24 hours"):
        panels_services.remind_judges(session, now=now + timedelta(hours=23), **act)
    assert len(mails(session)) == 2
    panels_services.remind_judges(session, now=now + timedelta(hours=24), **act)
    assert len(mails(session)) == 4


def test_who_may_not_remind_or_has_nobody_to_remind_writes_nothing(session, world, make):
    round_, _late, _silent = behind_round(world)
    now = world.at("scoring", 0.3)
    with pytest.raises(NotAllowed):
        panels_services.remind_judges(session, actor=world.officials["nation"], round_=round_, now=now)
    round_.announced_at = None
    with pytest.raises(NotFound):
        panels_services.remind_judges(session, actor=make.actor(), round_=round_, now=now)
    done = world.judged_round("province", totals=[["90", "80", "70"]])
    with pytest.raises(DomainError, match="nobody"):
        panels_services.remind_judges(session, actor=world.officials["province"], round_=done, now=now)
    done.published_at = now
    with pytest.raises(DomainError, match="published"):
        panels_services.remind_judges(session, actor=world.officials["province"], round_=done, now=now)
    assert mails(session) == []


def test_declarations_are_asked_for_once_they_are_open_and_sheets_once_their_stage_is(session, world):
    round_ = world.round_at("city")
    judge = world.judge(round_, declared=False)
    act = {"actor": world.officials["city"], "round_": round_}
    with pytest.raises(DomainError, match="nobody"):
        panels_services.remind_judges(session, now=world.at("formal_review"), **act)
    (row,) = panels_services.remind_judges(session, now=world.at("conflict_declaration"), **act)
    assert (row.judge, row.lacks) == (judge, "declare")


def test_the_panel_names_who_is_behind_and_says_whom_it_reached(session, client, stage_at):
    world = stage_at("scoring")
    round_, late, silent = behind_round(world)
    session.commit()
    client.enter(session.get(Person, world.officials["city"].person_id))
    panel, send = f"/judging/rounds/{round_.id}/panel", f"/judging/rounds/{round_.id}/reminders"
    page = client.get(panel).get_data(as_text=True)
    assert "未提交 1 张" in page and "邀请未答复" in page and send in page
    assert client.send(send).status_code == 302
    page = client.get(panel).get_data(as_text=True)
    assert f"已催办：{late.person.name}、{silent.person.name}。" in page
    assert "上次催办" in page and send not in page
    assert client.send(send).status_code == 409
    assert "催办了未完成的评委" in client.get(f"/judging/rounds/{round_.id}").get_data(as_text=True)
