"""Comments on circles, claims and results: written by who may, told to who is named, settled by who may."""

import pytest
import sqlalchemy as sa

from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.homes import talk
from cp_circles.notices.models import Comment, Mail
from cp_circles.notices.queries import open_tasks_for
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW


@pytest.fixture
def project(make):
    return make.project(make.circle())


@pytest.fixture
def subjects(make, project):
    saving, result = make.mv_1(project), make.result(project, "draft")
    return {"circles": project.circle, "savings": saving, "results": result}


def write(session, actor, kind, subject, text="请补充数据"):
    return talk.write_comment(session, actor=actor, kind=kind, subject_id=subject.id, text=text, now=NOW)


def settle(session, actor, kind, subject, comment):
    return talk.settle_comment(
        session, actor=actor, kind=kind, subject_id=subject.id, comment_id=comment.id, now=NOW
    )


@pytest.mark.parametrize("kind", ["circles", "savings", "results"])
def test_a_named_colleague_gets_a_task_and_a_mail_until_it_is_dealt_with(session, make, subjects, kind):
    subject, company = subjects[kind], subjects["circles"].company
    person = make.person(name="部门的人")
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    member = make.actor(subjects["circles"].present_members[1].person)
    comment = write(session, member, kind, subject, "@部门的人 请看")

    tasks = open_tasks_for(session, make.actor(person))
    assert [task.url for task in tasks] == [f"/{kind}/{subject.id}#h-comments"]
    assert session.scalars(sa.select(Mail.person_id)).all() == [person.id]
    settle(session, make.actor(subjects["circles"].leader.person), kind, subject, comment)
    assert comment.resolved_at == NOW
    assert open_tasks_for(session, make.actor(person)) == []


@pytest.mark.parametrize("kind", ["circles", "savings", "results"])
def test_strangers_neither_read_nor_write(session, make, subjects, kind):
    comment = write(session, make.actor(subjects["circles"].leader.person), kind, subjects[kind])
    stranger = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company())
    with pytest.raises(NotFound):
        write(session, stranger, kind, subjects[kind])
    with pytest.raises(NotFound):
        settle(session, stranger, kind, subjects[kind], comment)
    assert session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1


def test_only_the_writer_and_the_circle_settle(session, make, subjects):
    company, saving = subjects["circles"].company, subjects["savings"]
    metering = make.holder(Role.METERING, ScopeKind.COMPANY, company)
    finance = make.holder(Role.FINANCE, ScopeKind.COMPANY, company)
    comment = write(session, metering, "savings", saving)
    with pytest.raises(NotAllowed):
        settle(session, finance, "savings", saving, comment)
    assert comment.resolved_at is None
    settle(session, metering, "savings", saving, comment)


def test_who_may_not_see_the_record_is_not_told(session, make, subjects):
    verifier = make.person(name="计量员甲")
    make.grant(verifier, Role.METERING, ScopeKind.COMPANY, subjects["circles"].company)
    member = make.actor(subjects["circles"].leader.person)
    write(session, member, "circles", subjects["circles"], "@计量员甲 看看")
    assert open_tasks_for(session, make.actor(verifier)) == []
    write(session, member, "savings", subjects["savings"], "@计量员甲 看看")
    assert len(open_tasks_for(session, make.actor(verifier))) == 1


def test_an_administrator_reads_a_circles_comments_but_does_not_write(session, make, subjects):
    with pytest.raises(NotAllowed):
        write(session, make.holder(Role.ADMINISTRATOR), "circles", subjects["circles"])
    with pytest.raises(NotFound):
        write(session, make.holder(Role.ADMINISTRATOR), "tasks", subjects["circles"])
    with pytest.raises(Invalid):
        write(session, make.actor(subjects["circles"].leader.person), "circles", subjects["circles"], " ")


@pytest.mark.parametrize("kind", ["circles", "savings", "results"])
def test_the_box_stands_on_the_page(client, session, make, subjects, kind):
    subject = subjects[kind]
    session.commit()
    client.enter(subjects["circles"].leader.person)
    path = f"/comments/{kind}/{subject.id}"
    assert "暂无留言" in client.get(f"/{kind}/{subject.id}").text
    refused = client.send(path, {"text": "长" * 4001})
    assert refused.status_code == 422 and f'action="{path}#h-comments"' in refused.text
    assert "长" * 4001 in refused.text and session.scalars(sa.select(Comment)).all() == []
    answer = client.send(path, {"text": "<b>请看</b>"})
    assert (answer.status_code, answer.location) == (303, f"/{kind}/{subject.id}#h-comments")
    page = client.get(f"/{kind}/{subject.id}").text
    assert "&lt;b&gt;请看" in page and f"{path}/1/settle" in page
    assert client.send(f"{path}/1/settle").status_code == 303
    page = client.get(f"/{kind}/{subject.id}").text
    assert "已处理" in page and f"{path}/1/settle" not in page
