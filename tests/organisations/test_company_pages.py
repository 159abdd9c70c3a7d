"""Companies and regions through the door."""

import pytest
import sqlalchemy as sa

from cp_circles.calc.uscc import check_character
from cp_circles.organisations.models import Company, Department, Disclosure
from cp_circles.people.models import Role, ScopeKind

CODE = "91330000" + "MA1234567"
GOOD = CODE + check_character(CODE)


def text_of(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def official(make):
    province = make.region("province", name="示例省")
    city = make.region("city", province, name="示例市")
    person = make.person()
    make.grant(person, Role.OFFICIAL, ScopeKind.REGION, province)
    return person, province, city


def fields(city, **more):
    return {
        "region": city.id,
        "name": "示例化纤",
        "code": GOOD,
        "short_code": "hx01",
        "headcount": "120",
        "disclosure": "work",
    } | more


def test_an_official_walks_the_tree_and_registers_a_company(client, session, official):
    person, province, city = official
    client.enter(person)
    assert client.get("/regions").status_code == 302
    page = text_of(client.get(f"/regions/{province.id}"))
    assert "示例市" in page and "登记企业" not in page
    assert "登记企业" in text_of(client.get(f"/regions/{city.id}"))
    assert "示例省 › 示例市" in text_of(client.get(f"/companies/new?region={city.id}"))
    answer = client.send("/companies", fields(city, disclosure="name"))
    assert answer.status_code == 303
    company = session.scalars(sa.select(Company)).one()
    assert (company.short_code, company.headcount, company.disclosure) == ("HX01", 120, Disclosure.NAME)
    assert "示例化纤" in text_of(client.get(f"/companies?region={province.id}&q=hx"))
    page = text_of(client.get(answer.location))
    assert GOOD in page and "登记了企业" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"code": GOOD[:-1]}, "17"),
        ({"name": ""}, "请"),
        ({"headcount": "many"}, ""),
        ({"short_code": "化纤"}, "例如 HX01"),
        ({"output_yuan": "1.005"}, "2"),
    ],
)
def test_a_refused_company_keeps_what_was_typed(client, session, official, more, words):
    person, _, city = official
    client.enter(person)
    answer = client.send("/companies", fields(city, aliases="化纤厂", **more))
    assert answer.status_code == 422
    assert "化纤厂" in text_of(answer) and words in text_of(answer)
    assert session.scalars(sa.select(Company)).all() == []


def test_a_company_elsewhere_is_not_theirs_to_register_or_see(client, session, make, official):
    person, _, _ = official
    elsewhere = make.region("city", make.region("province"))
    far = make.company(elsewhere, name="远处")
    client.enter(person)
    assert client.get(f"/companies/new?region={elsewhere.id}").status_code == 403
    assert client.send("/companies", fields(elsewhere)).status_code == 403
    assert client.get(f"/companies/{far.id}").status_code == 404
    assert client.send(f"/companies/{far.id}/edit", {"name": "x"}).status_code == 404
    assert "远处" not in text_of(client.get("/companies"))
    assert client.get("/companies/new").status_code == 302
    assert client.get("/regions/999999").status_code == 404
    assert (far.name, len(session.scalars(sa.select(Company)).all())) == ("远处", 1)


def test_registering_a_company_starts_at_the_officials_own_region(client, make, official):
    person, province, city = official
    client.enter(person)
    assert client.get("/companies/new").location == f"/regions/{province.id}"
    county = make.region("county", city, name="示例县")
    clerk = make.person()
    make.grant(clerk, Role.OFFICIAL, ScopeKind.REGION, county)
    client.enter(clerk)
    assert "示例县" in text_of(client.get("/companies/new"))
    administrator = make.person()
    make.grant(administrator, Role.ADMINISTRATOR)
    client.enter(administrator)
    assert client.get("/companies/new").location == "/regions"


def test_edit_thresholds_sizes_and_departments(client, session, make):
    company = make.company(name="旧名")
    person = make.person()
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    client.enter(person)
    path = f"/companies/{company.id}"
    page = text_of(client.get(f"{path}/edit"))
    assert "立即不再列出相应名称" in page and "已公示的评审名单保留不变" in page
    saved = client.send(f"{path}/edit", {"version": "1", "name": "新名", "aliases": "甲\n乙\n"})
    assert saved.status_code == 303
    late = client.send(f"{path}/edit", {"version": "1", "name": "晚到", "aliases": "丙"})
    assert late.status_code == 409 and "新名" in text_of(late) and "晚到" in text_of(late)
    limits = {"version": "2", "low_cost_max_yuan": "5万", "mid_cost_max_yuan": "300,000"}
    assert client.send(f"{path}/thresholds", limits).status_code == 422
    limits["low_cost_max_yuan"] = "50,000"
    assert client.send(f"{path}/thresholds", limits).status_code == 303
    sizes = {"version": "3", "members_min": "9", "members_max": "4"}
    assert client.send(f"{path}/member-limits", sizes).status_code == 422
    assert client.send(f"{path}/member-limits", sizes | {"members_max": "12"}).status_code == 303
    assert client.send(f"{path}/departments", {"name": "染色"}).status_code == 303
    department = session.scalars(sa.select(Department)).one()
    assert client.send(f"{path}/departments/{department.id}/rename", {"name": "印染"}).status_code == 303
    assert client.send(f"{path}/departments/{department.id}/close", {"reason": ""}).status_code == 422
    assert client.send(f"{path}/departments/{department.id}/close", {"reason": "合并"}).status_code == 303
    assert (company.name, company.aliases, company.members_min, company.members_max) == (
        "新名",
        ["甲", "乙", "旧名"],
        9,
        12,
    )
    assert (department.name, department.active, company.version) == ("印染", False, 4)
    page = text_of(client.get(path))
    assert "旧名" in page
    assert "印染" in page and "修改了企业信息" in page


def test_a_department_of_another_company_is_not_found(client, session, make):
    company, foreign = make.company(), make.department()
    person = make.person()
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    client.enter(person)
    answer = client.send(f"/companies/{company.id}/departments/{foreign.id}/rename", {"name": "x"})
    assert (answer.status_code, foreign.name != "x") == (404, True)


def test_a_verifier_reads_but_does_not_edit(client, make):
    company = make.company()
    person = make.person()
    make.grant(person, Role.FINANCE, ScopeKind.COMPANY, company)
    client.enter(person)
    assert client.get(f"/companies/{company.id}").status_code == 200
    assert client.get(f"/companies/{company.id}/edit").status_code == 404
    assert client.send(f"/companies/{company.id}/edit", {"name": "x"}).status_code == 404


def test_a_worker_has_no_list_of_companies(client, make):
    company = make.company()
    client.enter(make.employed(company))
    assert client.get("/companies").status_code == 404
    assert client.get(f"/companies/{company.id}").status_code == 404


@pytest.mark.parametrize("text", ["示例市", "%", "' OR 1=1 --"])
def test_search_in_the_tree(client, official, text):
    person, province, _ = official
    client.enter(person)
    answer = client.get(f"/regions/{province.id}", query_string={"q": text})
    assert answer.status_code == 200
    assert ("没有找到地区" in text_of(answer)) == (text != "示例市")
