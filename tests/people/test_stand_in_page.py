"""The page that names a stand-in: nobody is chosen beforehand, and everybody can be told apart."""

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
