"""An export holds what is stored about a person and is theirs alone; an erasure leaves nothing of them."""

import io
import json
import zipfile
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.cli.check import check_chains
from cp_circles.db.base import Base
from cp_circles.db.models import Event, Job
from cp_circles.db.registry import load_models
from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.jobs.in_process import make_worker
from cp_circles.notices.services import assign_task, send_mail
from cp_circles.people.models import NAMELESS, Employment, Grant, Person, Role, ScopeKind, StandIn
from cp_circles.people.services import save_draft, sign_in
from cp_circles.personal import services
from cp_circles.personal.gathering import gather, person_columns
from cp_circles.personal.marks import DELETED_ROWS, EMPTIED_ROWS, Mark, columns_to_decide, marks
from cp_circles.personal.models import DataExport
from cp_circles.personal.queries.duties import duties_of
from tests.builders import Builders
from tests.conftest import NOW
from tests.personal.conftest import PASSWORD

PLANTED = "只属于此人"


def counted(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_every_column_that_can_hold_personal_data_is_decided_on():
    asked, decided = columns_to_decide(load_models()), set(marks())
    assert not asked - decided, f"decide on them in personal/marks.csv: {sorted(asked - decided)}"
    assert not decided - asked, f"these are gone: {sorted(decided - asked)}"


def test_the_marks_say_what_the_erasure_does():
    by_mark = {mark: {key for key, value in marks().items() if value is mark} for mark in Mark}
    gone = {table for table, _ in by_mark[Mark.DELETED]}
    assert gone == {*DELETED_ROWS, "sign_in_attempts"}
    emptied = {(table, column) for (table, _), columns in EMPTIED_ROWS.items() for column in columns}
    own = {("people", name) for name in ("name", "email", "mobile", "password_hash", "locale", "salt")}
    assert by_mark[Mark.EMPTIED] == emptied | own


def test_an_export_is_made_by_the_job_and_is_the_persons_alone(client, app, session, worker, head):
    client.enter(worker)
    assert client.send("/account/data").status_code == 303
    assert client.send("/account/data").status_code == 409
    row = session.scalars(sa.select(DataExport)).one()
    assert client.get(f"/account/data/{row.id}.zip").status_code == 404
    session.commit()
    make_worker(app).run_due()
    session.expire_all()
    answer = client.get(f"/account/data/{row.id}.zip")
    assert answer.mimetype == "application/zip" and "attachment" in answer.headers["Content-Disposition"]
    file = zipfile.ZipFile(io.BytesIO(answer.data))
    assert file.namelist() == ["data.json", "index.zh.html", "index.en.html"]
    page = file.read("index.zh.html").decode()
    assert "工人乙" in page and "任职经历" in page and "Sign-ins" in file.read("index.en.html").decode()
    parts = {part["table"]: part["rows"] for part in json.loads(file.read("data.json"))["parts"]}
    assert (
        parts["people"][0]["mobile"] == "13800138000" and parts["employments"][0]["employee_number"] == "0042"
    )
    text = file.read("data.json").decode()
    assert worker.password_hash not in text and worker.salt not in text and "部门甲" not in text
    client.enter(head)
    assert client.get(f"/account/data/{row.id}.zip").status_code == 404
    client.enter(worker)
    session.execute(sa.update(DataExport).values(expires_at=NOW - timedelta(hours=1)))
    assert client.get(f"/account/data/{row.id}.zip").status_code == 404
    assert services.drop_expired_exports(session, now=NOW) == 1


def test_of_two_exports_asked_for_at_once_one_is_made(engine):
    with Session(engine) as session:
        actor = Builders(session, NOW).actor(Builders(session, NOW).person())
        session.commit()
    refused = []

    def ask():
        with Session(engine.execution_options(begin_immediate=True)) as session, session.begin():
            try:
                services.ask_export(session, actor=actor, now=NOW)
            except DomainError as refusal:
                refused.append(refusal)

    second = Thread(target=ask)
    with Session(engine.execution_options(begin_immediate=True)) as session, session.begin():
        services.ask_export(session, actor=actor, now=NOW)
        second.start()
        second.join(0.7)
    second.join(60)
    with Session(engine) as session:
        assert (len(refused), counted(session, DataExport)) == (1, 1)


def test_an_export_names_every_table_that_points_to_a_person(session, make, worker, company):
    named = {table for table, _ in person_columns()}
    left_out = {"jobs", "sendings", "data_exports"}
    pointing = {table for (table, _), mark in marks().items() if mark is Mark.NUMBER}
    assert pointing - left_out <= named
    make.circle(company=company, leader=worker)
    tables = {part.table for part in gather(session, worker.id)}
    assert {"people", "employments", "circle_members"} <= tables


@pytest.fixture
def planted(session, make, worker, head, company):
    """Something of the worker in every table whose rows go or are emptied."""
    worker.name, worker.email = PLANTED, f"{PLANTED}@example.com"
    sign_in(session, person=worker, password=None, address="10.0.0.7", agent=PLANTED, now=NOW)
    actor = make.actor(worker)
    save_draft(session, actor=actor, form="x", subject="y", payload={"text": PLANTED}, now=NOW)
    send_mail(session, to_person=worker, subject=PLANTED, body=PLANTED, now=NOW)
    services.make_calendar_key(session, actor=actor, now=NOW)
    services.ask_export(session, actor=actor, now=NOW)
    session.add(
        StandIn(
            person_id=worker.id, stand_in_id=head.id, role=Role.METERING, scope_kind=ScopeKind.COMPANY,
            scope_id=company.id, since=NOW, until=NOW, named_at=NOW, reason=PLANTED, end_reason=PLANTED,
        )
    )  # fmt: skip
    session.flush()
    return worker


def test_an_erasure_leaves_nothing_of_the_person(session, make, planted, head, company):
    circle = make.circle(company=company, members=4)
    member = make.circle_member(circle, planted)
    make.grant(planted, Role.FACILITATOR, ScopeKind.COMPANY, company)
    services.erase_person(session, actor=make.actor(planted), password=PASSWORD, now=NOW)
    assert (planted.name, planted.email, planted.mobile) == (NAMELESS, None, None)
    assert planted.salt == "" and planted.password_hash is None and not planted.active
    for (name, column), mark in marks().items():
        table = Base.metadata.tables[name]
        if mark in {Mark.EMPTIED, Mark.DELETED} and (name, column) != ("people", "name"):
            texts = [str(value) for value in session.scalars(sa.select(table.c[column]))]
            assert not [text for text in texts if PLANTED in text], (name, column)
    for name, column in DELETED_ROWS.items():
        table = Base.metadata.tables[name]
        assert not session.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.c[column] == planted.id)
        ), name
    session.refresh(member)
    grants = session.scalars(sa.select(Grant).where(Grant.person_id == planted.id)).all()
    assert member.left_on is not None and all(grant.until == NOW for grant in grants)
    job = session.scalars(sa.select(Employment).where(Employment.person_id == planted.id)).one()
    assert job.employee_number is None and job.ended_on is not None
    event = session.scalars(sa.select(Event).where(Event.verb == "people.erase_person")).one()
    assert event.subject_id == planted.id and check_chains(session) == 0
    assert head.name == "部门甲"


def test_an_erasure_waits_for_duties_and_names_them(client, session, make, worker, company):
    circle = make.circle(company=company, members=4, leader=worker, name="节水小组")
    make.grant(worker, Role.METERING, ScopeKind.COMPANY, company)
    assign_task(
        session,
        kind="%(name)s",
        values={"name": "补交资料"},
        subject=circle,
        url="/tasks",
        to_person=worker,
        now=NOW,
    )
    assert len(duties_of(session, person_id=worker.id, now=NOW)) == 3
    client.enter(worker)
    page = client.get("/account/erasure").text
    assert "您是小组“节水小组”的组长" in page and "补交资料" in page and "计量核实" in page
    with pytest.raises(DomainError):
        services.erase_person(session, actor=make.actor(worker), password=PASSWORD, now=NOW)
    assert worker.name == "工人乙" and counted(session, Event) > 0
    other = make.employed(company, make.person(password_hash="x"))
    make.grant(other, Role.METERING, ScopeKind.COMPANY, company)
    assert len(duties_of(session, person_id=worker.id, now=NOW)) == 2


def test_an_erasure_asks_for_the_password_and_signs_out(client, session, make, worker):
    with pytest.raises(Invalid):
        services.erase_person(session, actor=make.actor(worker), password="wrong", now=NOW)
    client.enter(worker)
    assert client.send("/account/erasure", {"password": "wrong"}).status_code == 422
    assert session.get(Person, worker.id).erased_at is None
    assert client.send("/account/erasure", {"password": PASSWORD}).location == "/"
    session.expire_all()
    assert session.get(Person, worker.id).erased_at is not None
    assert "/sign-in" in client.get("/tasks").location


def test_a_job_of_somebody_erased_meanwhile_makes_nothing(app, session, make, worker):
    services.ask_export(session, actor=make.actor(worker), now=NOW)
    services.erase_person(session, actor=make.actor(worker), password=PASSWORD, now=NOW)
    session.commit()
    make_worker(app).run_due()
    session.expire_all()
    job = session.scalars(sa.select(Job).where(Job.kind == "personal.export")).one()
    assert job.state.value == "done" and counted(session, DataExport) == 0


def test_the_department_erases_a_worker_without_account_who_asks_in_writing(
    client, session, make, company, head, worker
):
    silent = make.employed(company, make.person(name="工人丙"), employee_number="0300")
    circle = make.circle(company, members=4)
    make.circle_member(circle, silent)
    client.enter(head)
    page = f"/companies/{company.id}/consents/{silent.id}"
    assert "注销此人的个人信息" in client.get(page).text
    sent = {"reason": "3月3日书面申请", "sure": "y"}
    assert client.send(f"{page}/erasure", sent | {"reason": ""}).status_code == 422
    assert "请先勾选此项" in client.send(f"{page}/erasure", {"reason": "3月3日书面申请"}).text
    assert client.send(f"/companies/{company.id}/consents/{worker.id}/erasure", sent).status_code == 403
    elsewhere = make.employed(make.company(), silent)
    assert client.send(f"{page}/erasure", sent).status_code == 403
    job = session.scalars(
        sa.select(Employment).where(Employment.person_id == elsewhere.id, Employment.company_id != company.id)
    ).one()
    job.ended_on = NOW.date()
    session.flush()
    assert silent.name == "工人丙"
    assert client.send(f"{page}/erasure", sent).status_code == 303
    session.refresh(silent)
    assert (silent.name, silent.active) == (NAMELESS, False)
    assert silent.id not in {row.person_id for row in circle.present_members}
    event = session.scalars(sa.select(Event).where(Event.verb == "people.erase_worker")).one()
    assert (event.actor_id, event.company_id, event.reason) == (head.id, company.id, "3月3日书面申请")
    assert check_chains(session) == 0


def test_a_worker_with_open_duties_is_not_erased(session, make, company, head):
    silent = make.employed(company, make.person(name="工人丙"))
    make.circle(company, members=2, leader=silent)
    facts = {"company": company, "person_id": silent.id, "reason": "书面申请", "now": NOW}
    with pytest.raises(DomainError):
        services.erase_worker(session, actor=make.actor(head), **facts)
    with pytest.raises(NotFound):
        services.erase_worker(session, actor=make.actor(silent), **facts)
    assert silent.name == "工人丙"
