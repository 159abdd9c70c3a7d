"""Circles through the door: the forms work without scripts, refusals keep what was typed."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from cp_circles.circles import services
from cp_circles.circles.models import Activity, Circle, CircleState
from cp_circles.files.models import Blob
from cp_circles.notices.models import Task
from cp_circles.people.models import Person, Role, ScopeKind, SignIn
from tests.conftest import NOW


@pytest.fixture
def company(make):
    return make.company(short_code="HX01")


@pytest.fixture
def head(make, company):
    person = make.person(name="部门甲")
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    return person


def text_of(answer):
    return answer.get_data(as_text=True)


def rows(*members):
    fields = {}
    for number, member in enumerate(members):
        for cell, value in member.items():
            fields[f"members-{number}-{cell}"] = value
    return fields


TEAM = rows({"who": "王一", "is_leader": "y", "duty": "组长"}, {"who": "李二"}, {"who": "赵三"}, {"who": ""})


def draft(client, company, **more):
    return client.send("/circles", {"company_id": company.id, "name": "节汽组"} | TEAM | more)


def test_from_the_empty_form_to_the_number(client, session, make, company, head):
    worker = make.employed(company, make.person(name="王一"))
    client.enter(worker)
    assert "members-9-who" in text_of(client.get("/circles/new"))
    answer = draft(client, company, submit="1")
    assert answer.status_code == 303
    circle = session.scalars(sa.select(Circle)).one()
    assert (circle.state, circle.leader.person_id) == (CircleState.SUBMITTED, worker.id)

    client.enter(head)
    assert "审批小组“节汽组”的注册" in text_of(client.get("/tasks"))
    assert client.send(f"/circles/{circle.id}/approve").status_code == 303
    assert (circle.state, circle.number) == (CircleState.REGISTERED, "HX01-2026-0001")
    assert "HX01-2026-0001" in text_of(client.get(f"/circles/{circle.id}"))
    assert "没有待办" in text_of(client.get("/tasks"))


def test_a_refused_form_keeps_what_was_typed(client, session, make, company):
    client.enter(make.employed(company))
    answer = draft(client, company, founded_on="2099-01-01", slogan="一滴水")
    page = text_of(answer)
    assert answer.status_code == 422
    for kept in ("王一", "一滴水", "2099-01-01", "日期不能晚于今天"):
        assert kept in page
    assert session.scalars(sa.select(Circle)).all() == []
    assert session.scalars(sa.select(Person).where(Person.name == "赵三")).all() == []


def test_two_leaders_or_an_unknown_number_are_told_at_the_members(client, session, make, company):
    client.enter(make.employed(company))
    two = draft(client, company, **{"members-1-is_leader": "y"})
    unknown = draft(client, company, **{"members-1-who": "9999"})
    assert "一个小组只能有一名组长" in text_of(two)
    assert "企业中没有工号 9999" in text_of(unknown)
    assert session.scalars(sa.select(Circle)).all() == []


def test_two_people_on_one_draft_keep_both_texts(client, session, make, company, head):
    circle = make.circle(company, "draft", name="旧名")
    client.enter(head)
    page = text_of(client.get(f"/circles/{circle.id}/edit"))
    assert 'name="version" value="1"' in page
    send = {"name": "甲名", "version": "1"}
    assert client.send(f"/circles/{circle.id}/edit", send | TEAM).status_code == 303
    late = client.send(f"/circles/{circle.id}/edit", {"name": "乙名", "version": "1"} | TEAM)
    assert late.status_code == 409
    assert "甲名" in text_of(late) and "乙名" in text_of(late)
    assert circle.name == "甲名"
    assert 'name="version" value="2"' in text_of(late)


def test_an_expired_sign_in_brings_the_rows_back(client, session, make, company):
    worker = make.employed(company)
    client.enter(worker)
    session.execute(sa.update(SignIn).values(last_seen_at=NOW - timedelta(hours=100)))
    late = {"company_id": company.id, "name": "节汽组", "submit": "1"} | TEAM
    answer = client.send("/circles", late, headers={"Referer": "http://localhost/circles/new"})
    assert answer.status_code == 303 and answer.location.startswith("/sign-in")
    assert session.scalars(sa.select(Circle)).all() == []

    client.enter(worker)
    page = text_of(client.get("/circles/new"))
    for kept in ("节汽组", "王一", "李二", "赵三", "组长"):
        assert f'value="{kept}"' in page


def test_members_are_kept_on_the_page_of_the_circle(client, session, make, company):
    circle = make.circle(company)
    leader, second, third = circle.present_members
    make.circle_member(circle)
    client.enter(leader.person)
    path = f"/circles/{circle.id}/members"
    assert client.send(path, {"who": "新人"}).status_code == 303
    assert client.send(f"{path}/{second.id}", {"duty": "测量", "title": "技师"}).status_code == 303
    assert client.send(f"{path}/{third.id}/remove", {"reason": "调岗"}).status_code == 303
    assert client.send(f"{path}/{second.id}/lead", {"reason": "轮换"}).status_code == 303
    assert (second.duty, third.left_on, circle.leader.id) == ("测量", date(2026, 9, 18), second.id)
    # The former leader keeps the page but no longer the right to edit.
    assert client.send(path, {"who": "又一人"}).status_code == 403


def test_a_refused_member_is_told_on_the_page(client, make, company):
    circle = make.circle(company)
    client.enter(circle.leader.person)
    answer = client.send(f"/circles/{circle.id}/members", {"who": "A999", "duty": "记录"})
    assert answer.status_code == 422
    assert "企业中没有工号 A999" in text_of(answer) and 'value="记录"' in text_of(answer)


@pytest.mark.parametrize("act", ["return", "deregister", "revive"])
def test_acts_with_an_empty_reason_are_refused(client, session, make, company, head, act):
    state = {"return": "submitted", "deregister": "registered", "revive": "dormant"}[act]
    circle = make.circle(company, state)
    client.enter(head)
    assert client.send(f"/circles/{circle.id}/{act}", {"reason": " "}).status_code == 422
    assert circle.state is CircleState(state)


def test_a_stranger_finds_nothing_and_can_do_nothing(client, session, make, company):
    circle = make.circle(company, "submitted", name="看不见")
    client.enter(make.employed(make.company()))
    paths = ["", "/edit", "/activities", "/activities/new", "/photos/1"]
    assert [client.get(f"/circles/{circle.id}{path}").status_code for path in paths] == [404] * 5
    acts = ["approve", "return", "submit", "renew", "revive", "deregister", "delete", "members", "activities"]
    assert [client.send(f"/circles/{circle.id}/{act}", {"reason": "x"}).status_code for act in acts] == [
        404
    ] * len(acts)
    assert "看不见" not in text_of(client.get("/circles"))
    assert circle.state is CircleState.SUBMITTED


def test_a_visitor_is_asked_to_sign_in(client, make, company):
    circle = make.circle(company)
    for path in ("/circles", f"/circles/{circle.id}", "/tasks", "/outbox", "/companies", "/regions"):
        answer = client.get(path)
        assert answer.status_code == 302 and "/sign-in" in answer.location


def test_an_official_sees_public_facts_only(client, make, company):
    circle = make.circle(company, name="公开组", slogan="内部口号")
    make.activity(circle, summary="内部活动")
    official = make.person()
    make.grant(official, Role.OFFICIAL, ScopeKind.REGION, company.region)
    client.enter(official)
    page = text_of(client.get(f"/circles/{circle.id}"))
    assert "公开组" in page and circle.number in page
    assert circle.leader.person.name not in page and "内部" not in page
    assert client.get(f"/circles/{circle.id}/activities").status_code == 404
    assert client.get("/circles/new").status_code == 403


def png(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(out, "PNG")
    return out.getvalue()


def log(client, circle, *photos, **fields):
    files = [(io.BytesIO(content), name) for content, name in photos]
    given = {
        "held_on": "2026-09-17",
        "minutes": "45",
        "summary": "测漏点",
        "attendees": [str(member.id) for member in circle.present_members],
        "photos": files,
    }
    return client.send(f"/circles/{circle.id}/activities", given | fields, content_type="multipart/form-data")


def test_an_activity_with_a_photo_that_only_insiders_see(client, session, make, company):
    circle = make.circle(company)
    client.enter(circle.present_members[1].person)
    assert "checked" in text_of(client.get(f"/circles/{circle.id}/activities/new"))
    assert log(client, circle, (png(), '漏点".html')).status_code == 303
    activity = session.scalars(sa.select(Activity)).one()
    photo = activity.photos[0]
    shown = client.get(f"/circles/{circle.id}/photos/{photo.id}", buffered=True)

    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["ETag"] == f'"{photo.sha256}"'
    again = client.get(
        f"/circles/{circle.id}/photos/{photo.id}", headers={"If-None-Match": f'"{photo.sha256}"'}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert "测漏点" in text_of(client.get(f"/circles/{circle.id}/activities"))
    assert "测漏点" in text_of(client.get(f"/circles/{circle.id}"))

    other = make.circle(company)
    client.enter(other.leader.person)
    assert client.get(f"/circles/{circle.id}/photos/{photo.id}").status_code == 404
    assert client.get(f"/circles/{other.id}/photos/{photo.id}").status_code == 404


def test_what_is_no_picture_comes_as_an_attachment(client, session, make, company):
    circle = make.circle(company)
    client.enter(circle.leader.person)
    log(client, circle, (b"a,b\n", "表.csv"))
    photo = session.scalars(sa.select(Activity)).one().photos[0]
    answer = client.get(f"/circles/{circle.id}/photos/{photo.id}", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        ((b"<svg><script>alert(1)</script></svg>", "a.png"), "不保存网页、脚本和 SVG 图形"),
        ((b"MZ\x90\x00", "a.jpg"), "不保存这种类型的文件"),
        ((b"", "a.png"), "空"),
    ],
)
def test_a_hostile_photo_stores_neither_file_nor_activity(client, session, make, company, photo, words):
    circle = make.circle(company)
    client.enter(circle.leader.person)
    answer = log(client, circle, photo)
    assert answer.status_code == 422
    assert words in text_of(answer) and "测漏点" in text_of(answer)
    assert session.scalars(sa.select(Activity)).all() == []
    assert session.scalars(sa.select(Blob)).all() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"held_on": "gestern"},
        {"minutes": "viel"},
        {"summary": ""},
        {"attendees": ["999999"]},
        {"attendees": []},
    ],
)
def test_a_bad_activity_is_refused_with_the_form(client, session, make, company, fields):
    circle = make.circle(company)
    client.enter(circle.leader.person)
    assert log(client, circle, **fields).status_code == 422
    assert session.scalars(sa.select(Activity)).all() == []


@pytest.mark.parametrize("state", [state.value for state in CircleState])
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_every_state_has_its_page(client, session, make, company, head, state, locale):
    circle = make.circle(company, state, state_reason="理由")
    client.enter(head)
    client.send("/language", {"locale": locale})
    for path in ("/circles", f"/circles?state={state}", f"/circles/{circle.id}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert circle.name in text_of(answer)
    editable = client.get(f"/circles/{circle.id}/edit").status_code
    assert editable == 200


def test_an_act_in_the_wrong_state_is_a_conflict(client, session, make, company, head):
    circle = make.circle(company, "registered")
    client.enter(head)
    answer = client.send(f"/circles/{circle.id}/approve")
    assert (answer.status_code, circle.number) == (409, circle.number)
    assert "该小组已经注册" in text_of(answer)


def test_a_form_without_the_token_changes_nothing(client, session, make, company, head):
    circle = make.circle(company, "submitted")
    client.enter(head)
    client.post(f"/circles/{circle.id}/approve", data={})
    assert circle.state is CircleState.SUBMITTED


def test_tasks_by_filter_and_reading_ones_own(client, session, make, company, head):
    circle = make.circle(company, "submitted", name="等待组")
    services.mark_dormant(session, NOW)
    session.add(
        Task(
            kind="Read the comment that mentions you",
            values={},
            url="/circles/1",
            subject_kind="comments",
            subject_id=1,
            person_id=head.id,
            due_on=date(2026, 9, 18) - timedelta(3),
            created_at=NOW,
        )
    )
    session.flush()
    client.enter(head)
    assert "查看提到您的评论" in text_of(client.get("/tasks?show=overdue"))
    task = session.scalars(sa.select(Task)).one()
    assert client.send(f"/tasks/{task.id}/dismiss").status_code == 303
    assert task.done_at is not None
    assert client.send(f"/tasks/{task.id}/dismiss").status_code == 404
    assert "没有逾期的待办" in text_of(client.get("/tasks?show=overdue"))
    assert circle.name == "等待组"


def test_everybody_reads_their_own_mail_and_the_administrator_all(client, session, make, company, head):
    circle = make.circle(company, "submitted", name="邮件组")
    client.enter(head)
    client.send(f"/circles/{circle.id}/return", {"reason": "缺少口号"})
    assert "缺少口号" not in text_of(client.get("/outbox"))
    client.enter(circle.leader.person)
    assert "缺少口号" in text_of(client.get("/outbox"))
    admin = make.person()
    make.grant(admin, Role.ADMINISTRATOR)
    client.enter(admin)
    assert "缺少口号" in text_of(client.get("/outbox"))
    assert "缺少口号" not in text_of(client.get("/outbox?show=own"))


def statements(app, call):
    seen = []

    def remember(connection, cursor, statement, *rest):
        seen.append(statement)

    engine = app.extensions["cp_sessions"].engine
    sa.event.listen(engine, "before_cursor_execute", remember)
    try:
        assert call().status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)
    return len(seen)


@pytest.mark.parametrize("path", ["/circles", "/companies", "/tasks", "/outbox", "/circles/{id}/activities"])
def test_a_list_page_takes_the_same_statements_for_any_length(app, client, session, make, company, path):
    admin = make.person()
    make.grant(admin, Role.ADMINISTRATOR)
    make.grant(admin, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    first = make.circle(company)
    client.enter(admin)
    path = path.format(id=first.id)
    client.get(path)
    counts = set()
    for more in (1, 2, 20):
        for _ in range(more):
            circle = make.circle(make.company(industry=make.industry()), "submitted")
            make.activity(first)
            head = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, circle.company)
            services.return_circle(session, actor=head, circle=circle, reason="x", now=NOW)
            waiting = make.circle(company, "draft")
            leader = make.actor(waiting.leader.person)
            services.submit_circle(session, actor=leader, circle=waiting, now=NOW)
        counts.add(statements(app, lambda: client.get(path)))
    assert len(counts) == 1
