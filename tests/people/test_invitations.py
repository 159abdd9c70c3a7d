"""How people come to their accounts: invitation, one-time code, mailed reset."""

import re

import pytest
import sqlalchemy as sa

from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.notices.models import Mail
from cp_circles.people import queries, services
from cp_circles.people.models import Employment, OneTimeCode, Person, Role, ScopeKind, SignIn
from tests.conftest import NOW
from tests.people.conftest import PASSWORD

NEW = "five blue glass birds"
BOTH = {"password": NEW, "again": NEW}


def shown_code(page):
    first, second = re.search(r'<p class="mono big">(\w{4}) (\w{4})</p>', page).groups()
    return f"{first} {second.lower()}"


def test_a_department_invites_by_mail_and_the_link_works_once(client, session, company, head):
    client.enter(head)
    fields = {"name": "新人", "email": "New@example.com", "department_id": "0", "role": "finance"}
    answer = client.send(f"/companies/{company.id}/people", fields)
    assert answer.status_code == 200
    mail = session.scalars(sa.select(Mail)).one()
    path = mail.values["url"]
    assert path in answer.text and mail.person.email == "new@example.com"
    holder = queries.actor_for(session, mail.person_id, NOW.replace(year=2027))
    assert holder.holds(Role.FINANCE, ScopeKind.COMPANY, company.id)

    client.send("/sign-out")
    assert "新人" in client.get(path).text
    assert client.send(path, BOTH | {"again": "other"}).status_code == 422
    assert client.send(path, BOTH).status_code == 303
    assert "新人" in client.get("/account").text
    assert client.get(path).status_code == 404
    assert client.send(path, BOTH).status_code == 404


def test_an_invitation_runs_out(client, session, company, head, later):
    client.enter(head)
    client.send(
        f"/companies/{company.id}/people",
        {"name": "新人", "email": "n@example.com", "department_id": "0", "role": ""},
    )
    path = session.scalars(sa.select(Mail)).one().values["url"]
    later(days=15)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "请填写此项"),
        ({"email": "nonsense"}, "这不是电子邮箱"),
        ({"mobile": "123"}, "这不是手机号码"),
        ({"email": "worker@example.com"}, "已登记"),
        ({"employee_number": "0042"}, "已被使用"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(client, session, company, head, worker, fields, words):
    client.enter(head)
    before = session.scalar(sa.select(sa.func.count()).select_from(Person))
    sent = {"name": "新人", "department_id": "0", "role": ""} | fields
    answer = client.send(f"/companies/{company.id}/people", sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == before


def test_a_worker_without_mail_comes_in_by_a_code_that_works_once(client, session, company, head):
    client.enter(head)
    fields = {"name": "老张", "employee_number": "77", "department_id": "0", "role": "", "with_code": "y"}
    page = client.send(f"/companies/{company.id}/people", fields).text
    code = shown_code(page)
    assert "T001 77" in page
    client.send("/sign-out")

    first = {"identifier": "T001 77", "code": code, **BOTH}
    assert client.send("/first-sign-in", first | {"code": "AAAA AAAA"}).status_code == 422
    assert client.send("/first-sign-in", first | {"identifier": "T001 78"}).status_code == 422
    assert client.send("/first-sign-in", first | {"password": "123", "again": "123"}).status_code == 422
    assert client.send("/first-sign-in", first).status_code == 303
    assert "老张" in client.get("/account").text
    client.send("/sign-out")
    assert client.send("/first-sign-in", first).status_code == 422


def test_guessing_codes_is_throttled(client, session, company, head, worker):
    client.enter(head)
    code = shown_code(client.send(f"/companies/{company.id}/people/{worker.id}/one-time-code").text)
    client.send("/sign-out")
    guess = {"identifier": "T001 0042", "code": "AAAAAAAA", **BOTH}
    for _ in range(10):
        assert client.send("/first-sign-in", guess).status_code == 422
    assert client.send("/first-sign-in", guess | {"code": code}).status_code == 429


def test_a_new_code_voids_the_earlier_one_and_codes_run_out(client, session, company, head, worker, later):
    client.enter(head)
    path = f"/companies/{company.id}/people/{worker.id}/one-time-code"
    first, second = shown_code(client.send(path).text), shown_code(client.send(path).text)
    fields = {"identifier": "T001 0042", **BOTH}
    assert client.send("/first-sign-in", fields | {"code": first}).status_code == 422
    later(days=4)
    assert client.send("/first-sign-in", fields | {"code": second}).status_code == 422


def test_a_code_signs_every_other_device_out(client, session, company, head, worker):
    client.enter(worker)
    before = session.scalars(sa.select(SignIn.id).where(SignIn.person_id == worker.id)).one()
    client.enter(head)
    code = shown_code(client.send(f"/companies/{company.id}/people/{worker.id}/one-time-code").text)
    client.send("/sign-out")

    fields = {"identifier": "T001 0042", "code": code, **BOTH}
    assert client.send("/first-sign-in", fields).status_code == 303

    session.expire_all()
    assert session.get(SignIn, before).revoked_at is not None
    assert client.get("/account").status_code == 200


def test_codes_are_for_ones_own_staff_only(session, make, company, head, worker):
    actor = make.actor(head)
    stranger = make.person()
    other = make.company()
    for person, where in ((stranger, company), (worker, other)):
        with pytest.raises(NotFound):
            services.issue_one_time_code(
                session, actor=actor, person_id=person.id, company_id=where.id, now=NOW
            )
    make.grant(worker, Role.OFFICIAL, ScopeKind.REGION, company.region)
    with pytest.raises(NotAllowed):
        services.issue_one_time_code(
            session, actor=actor, person_id=worker.id, company_id=company.id, now=NOW
        )
    assert session.scalar(sa.select(sa.func.count()).select_from(OneTimeCode)) == 0


def test_a_forgotten_password_is_set_anew_by_mail(client, session, worker):
    assert client.send("/forgot-password", {"identifier": "T001 0042"}).status_code == 200
    path = session.scalars(sa.select(Mail)).one().values["url"]
    client.enter(worker)
    assert client.send(path, BOTH | {"again": "x"}).status_code == 422
    assert client.send(path, BOTH).location == "/sign-in"
    assert client.get("/account").status_code == 302
    assert client.send("/sign-in", {"identifier": "13800138000", "password": PASSWORD}).status_code == 422
    assert client.send("/sign-in", {"identifier": "13800138000", "password": NEW}).status_code == 303
    assert client.get(path).status_code == 404


def test_a_reset_says_the_same_for_an_unknown_account_and_runs_out(client, session, worker, later):
    known = client.send("/forgot-password", {"identifier": "worker@example.com"})
    unknown = client.send("/forgot-password", {"identifier": "nobody@example.com"})
    assert known.text == unknown.text
    path = session.scalars(sa.select(Mail)).one().values["url"]
    later(hours=3)
    assert client.get(path).status_code == 404


def test_a_person_is_added_without_an_account(session, make, company, head):
    person = services.add_person(
        session, actor=make.actor(head), name=" 小李 ", company_id=company.id, employee_number="9", now=NOW
    )
    row = session.scalars(sa.select(Employment).where(Employment.person_id == person.id)).one()
    assert (person.name, person.password_hash, row.employee_number) == ("小李", None, "9")


def test_another_companys_department_adds_nobody(session, make, company, head):
    with pytest.raises(NotAllowed):
        services.add_person(session, actor=make.actor(head), name="x", company_id=make.company().id, now=NOW)
    with pytest.raises(NotAllowed):
        services.add_person(session, actor=make.actor(head), name="x", now=NOW)


def test_a_department_of_another_company_is_refused(session, make, company, head):
    theirs = make.department()
    with pytest.raises(Invalid) as refusal:
        services.add_person(
            session,
            actor=make.actor(head),
            name="x",
            company_id=company.id,
            department_id=theirs.id,
            now=NOW,
        )
    assert refusal.value.field == "department_id"


def test_no_code_for_a_verifier_who_can_renew_the_password_by_mail(session, make, company, head):
    person = make.employed(company, make.person(email="verifier@demo.example"))
    make.grant(person, Role.FINANCE, ScopeKind.COMPANY, company)
    with pytest.raises(NotAllowed):
        services.issue_one_time_code(
            session, actor=make.actor(head), person_id=person.id, company_id=company.id, now=NOW
        )
    assert session.scalar(sa.select(sa.func.count()).select_from(OneTimeCode)) == 0
