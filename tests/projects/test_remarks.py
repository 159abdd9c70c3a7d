"""Remarks on a project and its steps: who writes, who is asked, who settles, and who reads them no more."""

from datetime import date

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.notices.models import Comment, Mail
from cp_circles.notices.queries import comments_of, open_tasks_for
from cp_circles.people.models import Person, Role
from cp_circles.projects import queries, rules, services


def say(world, actor, project, text="请补充理由", **more):
    return services.comment_on_project(
        world.session, actor=actor, project=project, text=text, now=world.now, **more
    )


def test_somebody_chosen_or_named_gets_a_task_and_a_mail(world):
    project = world.registered()
    name = world.circle.members[0].person.name
    remark = say(world, world.facilitator, project, f"请 @{name} 补充理由", place="topic")
    assert [one.id for one in comments_of(world.session, project, place="topic")] == [remark.id]
    assert [task.url for task in open_tasks_for(world.session, world.leader)] == [
        f"/projects/{project.id}/steps/topic#remarks"
    ]
    asked = say(world, world.leader, project, "电价对吗？", asked=[world.finance.person_id])
    chosen = world.session.get(Person, world.finance.person_id)
    assert asked.text == f"@{chosen.name} 电价对吗？"
    assert set(world.session.scalars(sa.select(Mail.person_id))) >= {world.leader.person_id, chosen.id}
    assert queries.open_remarks(world.session, [project.id]) == {project.id: {"topic": 1, "": 1}}


def test_who_was_asked_answers_and_settles_and_stands_beside_it(world):
    project = world.registered()
    remark = say(world, world.leader, project, asked=[world.finance.person_id])
    say(world, world.finance, project, "已核对")
    settle = {"project": project, "comment_id": remark.id, "now": world.now}
    services.resolve_remark(world.session, actor=world.finance, **settle)
    assert (remark.resolved_at, remark.resolved_by_id) == (world.now, world.finance.person_id)
    assert not open_tasks_for(world.session, world.finance)
    assert queries.open_remarks(world.session, [project.id]) == {project.id: {"": 1}}
    with pytest.raises(DomainError):
        services.resolve_remark(world.session, actor=world.leader, **settle)


def test_a_name_chosen_from_the_list_means_that_person_only(world, make):
    project = world.registered()
    leader, member = (row.person for row in world.circle.members[:2])
    member.name = leader.name
    say(world, world.facilitator, project, asked=[member.id])
    assert [len(open_tasks_for(world.session, one)) for one in (world.leader, world.member)] == [0, 1]


def test_refused_remarks_write_nothing(world, make):
    project = world.registered()
    administrator = make.holder(Role.ADMINISTRATOR)
    for actor, refusal in ((administrator, NotAllowed), (world.stranger, NotFound)):
        with pytest.raises(refusal):
            say(world, actor, project)
    with pytest.raises(NotFound):
        say(world, world.leader, project, place="nowhere")
    with pytest.raises(Invalid) as refused:
        say(world, world.leader, project, asked=[world.stranger.person_id])
    assert refused.value.field == "ask"
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


def test_leaving_the_circle_hides_its_talk(client, world):
    project = world.registered()
    say(world, world.leader, project, "只给现任组员看")
    left = world.circle.members[1]
    person, path = left.person, f"/projects/{project.id}"
    client.enter(person)
    assert "只给现任组员看" in client.get(path).text
    left = world.session.merge(left)
    left.left_on = date(2026, 9, 1)
    world.session.commit()
    world.session.expire_all()
    project = queries.project_by_id(world.session, project.id)
    assert rules.can_see_project(world.member, project)
    assert not rules.can_read_remarks(world.member, project)
    assert "只给现任组员看" not in client.get(path).text
    assert person.id not in {one.id for one in queries.people_to_ask(world.session, project, now=world.now)}


def test_the_form_asks_by_a_list_and_the_count_stands_on_rail_and_list(client, world):
    project = world.registered()
    client.enter(world.session.get(Person, world.leader.person_id))
    path = f"/projects/{project.id}"
    sent = {"text": "请看现状数据", "ask": str(world.facilitator.person_id)}
    assert client.send(f"{path}/remarks?step=topic", sent).headers["Location"].endswith("#remarks")
    assert "rail__talk" in client.get(path).text
    assert f"{path}#remarks" in client.get("/projects").text
    refused = client.send(f"{path}/remarks?step=topic", sent | {"text": ""})
    assert refused.status_code == 422 and "/steps/topic" in refused.text
    assert client.send(f"{path}/remarks", sent | {"ask": str(world.stranger.person_id)}).status_code == 422
    client.enter(world.session.get(Person, world.facilitator.person_id))
    assert client.send(f"{path}/remarks/1/resolve").status_code == 303
    page = client.get(f"{path}/steps/topic").text
    assert "rail__talk" not in page and "请看现状数据" in page
