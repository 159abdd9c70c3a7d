"""Roles given and taken back, lists of people, drafts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.people import queries, services
from cp_circles.people.models import Draft, Employment, Grant, Role, ScopeKind
from tests.conftest import NOW

COMPANY = ScopeKind.COMPANY


@pytest.fixture
def administrator(make):
    return make.holder(Role.ADMINISTRATOR)


def give(session, actor, person, role, kind, scope_id=0, **more):
    return services.grant_role(
        session,
        actor=actor,
        person_id=person.id,
        role=role,
        scope_kind=kind,
        scope_id=scope_id,
        now=NOW,
        **more,
    )


def live(session, person, at=NOW):
    return [row.role for row in queries.grants_of(session, person.id, at)]


def test_the_department_gives_roles_in_its_company(session, make, company, head, worker):
    grant = give(session, make.actor(head), worker, Role.FINANCE, COMPANY, company.id)
    assert queries.actor_for(session, worker.id, NOW).holds(Role.FINANCE, COMPANY, company.id)
    again = give(session, make.actor(head), worker, Role.FINANCE, COMPANY, company.id)
    assert again.id == grant.id
    event = session.scalars(sa.select(Event).where(Event.verb == "people.grant_role")).one()
    assert (event.actor_id, event.company_id, event.after["role"]) == (head.id, company.id, "finance")


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.ADMINISTRATOR, ScopeKind.PLATFORM),
        (Role.ADMINISTRATOR, COMPANY),
        (Role.OFFICIAL, ScopeKind.REGION),
        (Role.JUDGE, ScopeKind.ROUND),
    ],
)
def test_the_department_gives_nothing_beyond_its_company(session, make, company, head, worker, role, kind):
    with pytest.raises(NotAllowed):
        give(session, make.actor(head), worker, role, kind, company.id)
    assert live(session, worker) == []


def test_the_department_gives_nothing_elsewhere_or_to_strangers(session, make, company, head, worker):
    with pytest.raises(NotAllowed):
        give(session, make.actor(head), worker, Role.FINANCE, COMPANY, make.company().id)
    with pytest.raises(NotFound):
        give(session, make.actor(head), make.person(), Role.FINANCE, COMPANY, company.id)


def test_an_official_covers_the_regions_below(session, make, administrator):
    _nation, province, city, county = make.places()
    elsewhere = make.region("city", make.region("province"))
    person = make.person()
    give(session, administrator, person, Role.OFFICIAL, ScopeKind.REGION, province.id)
    actor = queries.actor_for(session, person.id, NOW)
    paths = (province, city, county, elsewhere)
    assert [actor.oversees(region.path) for region in paths] == [True, True, True, False]
    with pytest.raises(NotFound):
        give(session, administrator, person, Role.OFFICIAL, ScopeKind.REGION, 999_999)


def test_a_grant_ends_by_date_or_by_an_act_with_a_reason(session, make, administrator, company):
    person = make.person()
    grant = give(
        session, administrator, person, Role.JUDGE, COMPANY, company.id, until=NOW + timedelta(days=1)
    )
    assert live(session, person, NOW + timedelta(days=2)) == []
    with pytest.raises(Invalid):
        give(session, administrator, person, Role.FINANCE, COMPANY, company.id, until=NOW)
    with pytest.raises(Invalid) as refusal:
        services.revoke_grant(session, actor=administrator, grant_id=grant.id, reason=" ", now=NOW)
    assert refusal.value.field == "reason"
    assert live(session, person) == [Role.JUDGE]
    services.revoke_grant(session, actor=administrator, grant_id=grant.id, reason="换岗", now=NOW)
    assert live(session, person) == []
    event = session.scalars(sa.select(Event).where(Event.verb == "people.revoke_grant")).one()
    assert event.reason == "换岗"


def test_nobody_revokes_what_they_could_not_give(session, make, company, head, worker):
    grant = make.grant(worker, Role.FINANCE, COMPANY, make.company())
    with pytest.raises(NotFound):
        services.revoke_grant(session, actor=make.actor(head), grant_id=grant.id, reason="x", now=NOW)
    assert session.get(Grant, grant.id).until is None


def test_an_administrator_keeps_their_own_role(session, administrator):
    own = session.scalars(sa.select(Grant).where(Grant.person_id == administrator.person_id)).one()
    with pytest.raises(NotAllowed):
        services.revoke_grant(session, actor=administrator, grant_id=own.id, reason="x", now=NOW)


def test_roles_over_http_and_the_reason_that_is_asked_for(client, session, company, head, worker):
    client.enter(head)
    page = f"/companies/{company.id}/people/{worker.id}"
    assert client.send(f"{page}/grants", {"role": "metering"}).status_code == 303
    assert "计量核实人" in client.get(page).text
    grant = session.scalars(sa.select(Grant).where(Grant.person_id == worker.id)).one()
    assert client.send(f"/grants/{grant.id}/revoke", {"reason": ""}).status_code == 422
    assert session.get(Grant, grant.id).until is None
    assert client.send(f"/grants/{grant.id}/revoke", {"reason": "换岗"}).status_code == 303
    assert session.get(Grant, grant.id).until is not None
    assert client.send(f"{page}/grants", {"role": "administrator"}).status_code == 422


def test_another_companys_people_are_not_to_be_seen(client, session, make, company, head, worker):
    stranger = make.person(name="外人")
    make.grant(stranger, Role.DEPARTMENT, COMPANY, make.company())
    for person, status in ((head, 200), (stranger, 404)):
        client.enter(person)
        for path in ("", "/new", f"/{worker.id}"):
            answer = client.get(f"/companies/{company.id}/people{path}")
            assert answer.status_code == status
            assert ("T001" in answer.text or "工人乙" in answer.text) is (status == 200)
    client.enter(worker)
    assert client.get("/people").status_code == 404


def test_the_administrator_gives_any_role_by_code(client, session, make, company, worker):
    admin = make.person()
    make.grant(admin, Role.ADMINISTRATOR)
    client.enter(admin)
    page = f"/people/{worker.id}"
    fields = {"role": "official", "scope_kind": "company", "scope_id": "T001"}
    assert client.send(f"{page}/grants", fields | {"scope_id": "none"}).status_code == 422
    assert (
        client.send(f"{page}/grants", fields | {"scope_kind": "platform", "role": "judge"}).status_code == 303
    )
    assert "评委" in client.get(page).text
    assert "工人乙" in client.get("/people?q=13800").text
    assert client.send(f"{page}/deactivate", {"reason": "离职"}).status_code == 303
    assert session.get(type(worker), worker.id).active is False


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_of_people_takes_four_statements(session, make, company, people, count_statements):
    for number in range(people):
        person = make.person()
        make.grant(person, Role.FINANCE, COMPANY, company)
        session.add(Employment(person_id=person.id, company_id=company.id, employee_number=str(number)))
    id_ = company.id

    def listed():
        for row in queries.people_of_company(session, id_).rows:
            assert [grant.role for grant in row.person.grants] == [Role.FINANCE]

    assert count_statements(listed) == 3


def test_a_draft_is_kept_once_and_only_for_its_writer(client, session, worker, head, make):
    client.enter(worker)
    sent = {"form": "savings.claim", "subject": "7", "base_version": "3", "note": "半句", "password": "x"}
    answer = client.send("/drafts", sent)
    assert answer.status_code == 200 and "saved_at" in answer.json
    client.send("/drafts", sent | {"note": "整句"})
    draft = session.scalars(sa.select(Draft)).one()
    assert (draft.payload, draft.base_version) == ({"note": ["整句"]}, 3)
    assert services.load_draft(session, actor=make.actor(head), form="savings.claim", subject="7") is None
    services.drop_draft(session, actor=make.actor(worker), form="savings.claim", subject="7")
    assert session.scalars(sa.select(Draft)).all() == []


def test_a_draft_that_is_too_long_is_refused(client, session, worker):
    client.enter(worker)
    answer = client.send("/drafts", {"form": "f", "subject": "1", "note": "x" * 200_001})
    assert answer.status_code == 422
    assert session.scalars(sa.select(Draft)).all() == []
