"""The page that names a stand-in: nobody is chosen beforehand, and everybody can be told apart."""

from cp_circles.notices.models import Task
from cp_circles.people.models import Role, ScopeKind, StandIn


def test_the_department_chooses_who_is_away_by_role_and_tells_namesakes_apart(session, make, client):
    company = make.company()
    head = make.employed(company)
    make.grant(head, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    finance = make.employed(company, make.person(name="财务甲", password_hash="x"))
    make.grant(finance, Role.FINANCE, ScopeKind.COMPANY, company)
    for number in ("701", "702"):
        make.employed(company, make.person(name="同名", password_hash="x"), employee_number=number)
    client.enter(head)
    path = f"/companies/{company.id}/stand-ins"
    page = client.get(path).get_data(as_text=True)
    assert "财务甲 · 财务核实人" in page and "同名 701" in page and "同名 702" in page
    sent = {"since": "2026-09-18", "until": "2026-09-20", "reason": "出差"}
    nobody = {"role": "", "person_id": "", "stand_in_id": ""}
    assert client.send(path, sent | nobody).status_code == 422
    assert session.query(StandIn).count() == 0


def test_the_department_gets_a_task_until_the_stand_in_is_confirmed(session, make, client):
    company = make.company()
    head, finance = make.employed(company), make.employed(company, make.person(name="财务甲"))
    other = make.employed(company, make.person(name="代签乙", password_hash="x"))
    make.grant(head, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    make.grant(finance, Role.FINANCE, ScopeKind.COMPANY, company)
    path = f"/companies/{company.id}/stand-ins"
    client.enter(finance)
    sent = {"since": "2026-09-18", "until": "2026-09-20", "reason": "出差", "role": "finance"}
    people = {"person_id": str(finance.id), "stand_in_id": str(other.id)}
    assert client.send(path, sent | people).status_code == 303
    task = session.query(Task).one()
    assert (task.role, task.scope_id, task.url, task.done_at) == (Role.DEPARTMENT, company.id, path, None)
    client.enter(head)
    assert "确认由代签乙在此期间代财务甲签字" in client.get("/tasks").get_data(as_text=True)
    row = session.query(StandIn).one()
    assert client.send(f"/stand-ins/{row.id}/confirm").status_code == 303
    session.refresh(task)
    assert task.done_at is not None
