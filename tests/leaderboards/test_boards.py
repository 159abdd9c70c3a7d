"""Boards over HTTP: exact sums at every level, who sees what, ties, freezes, fixed numbers of statements."""

import re
from decimal import Decimal
from pathlib import Path

import cp_circles
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import BY, PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import uncount_saving
from cp_circles.organisations.models import Disclosure, Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.projects.models import Project
from cp_circles.savings import services as savings
from tests.conftest import NOW

CHAIN = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)
PLANTED = "777123.45"


def told(text):
    """True if a text holds the planted amount, in whichever unit it is written."""
    return any(shape in text for shape in ("777123", "777,123", "777.12", "77.71"))


def board(client, query="", public=True):
    """The exported board: its rows and what it says of itself."""
    path = "/public/boards/export.json" if public else "/boards/export.json"
    answer = client.get(f"{path}?{query}", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200
    return answer.get_json()


def total(client, query):
    """The total of a public board in its base unit."""
    about = board(client, query)["about"]
    assert about["各行之和等于合计"] == "是"
    return Decimal(about["范围合计"])


def entered(client, make, role, kind=ScopeKind.PLATFORM, scope=None):
    """Be signed in as a new person with one role."""
    person = make.person()
    make.grant(person, role, kind, scope)
    client.enter(person)
    return person


def asked(session, region, by="company", variant=RESTRICTED, **facts):
    """A board of energy in 2026."""
    metric = queries.vocabulary(session).metric("energy_kgce")
    return Asked(scope=Scope(region), by=by, metric=metric, seasons=(2026,), variant=variant, **facts)


def test_a_signed_saving_raises_every_level_by_exactly_its_amount_and_voiding_takes_it_back(
    client, session, make, count, project_in
):
    nation, province, city, county = make.places()
    other = project_in(county)
    count(other, "1000.5", season=2025)
    project = make.project(make.circle(make.company(county)))
    saving = make.mv_1(project)
    leader = make.actor(project.circle.leader.person)
    savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    scopes = [f"region={row.id}" for row in (nation, province, city, county)]
    scopes.append(f"company={project.company_id}")
    wanted = [f"{scope}&season=2025&metric=energy_kgce" for scope in scopes]
    before = [total(client, query) for query in wanted]
    assert before == [Decimal("1000.5")] * 4 + [0]

    for role in CHAIN:
        last = savings.sign_claim(
            session,
            actor=make.verifier(role, project.company),
            saving=saving,
            role=role,
            claim_sha256=saving.claim.sha256,
            password_confirmed_at=NOW,
            now=NOW,
        )
    rise = Decimal("15485.4")
    assert [total(client, query) for query in wanted] == [value + rise for value in before]
    page = client.get(f"/public/boards?region={county.id}&season=2025&metric=energy_kgce").get_data(
        as_text=True
    )
    assert "16.49" in page and project.company.name in page

    department = make.verifier(Role.DEPARTMENT, project.company)
    savings.void_signature(session, actor=department, signature=last, reason="账单有误", now=NOW)
    assert [total(client, query) for query in wanted] == before


def test_equal_amounts_share_a_place_and_the_next_is_skipped(client, make, count, project_in):
    county = make.places()[-1]
    for name, amount in (("甲厂", 10), ("乙厂", 30), ("丙厂", 20), ("丁厂", 20)):
        count(project_in(county, name=name), amount)
    rows = board(client, f"region={county.id}&by=company")["rows"]
    assert [(row["place"], row["name"]) for row in rows] == [
        (1, "乙厂"),
        (2, "丙厂"),
        (2, "丁厂"),
        (4, "甲厂"),
    ]
    page = client.get(f"/public/boards?region={county.id}&by=company").get_data(as_text=True)
    cells = re.findall(r'<td data-label="名次"><span class="rank">(\d)(<small>并列</small>)?', page)
    assert [(place, bool(tied)) for place, tied in cells] == [
        ("1", False),
        ("2", True),
        ("2", True),
        ("4", False),
    ]


def test_no_width_hides_that_a_place_is_shared():
    sheets = Path(cp_circles.__file__).parent / "static" / "css"
    rules = [rule for path in sheets.glob("*.css") for rule in path.read_text("utf-8").split("}")]
    of_ties = [rule for rule in rules if re.search(r"\.(rank|hall__place|widget__rows td) small", rule)]
    assert of_ties and not any(re.search(r"display: *none|visibility: *hidden", rule) for rule in of_ties)


def test_the_filter_stands_in_the_address_and_narrows_rows_and_total(client, make, count, project_in):
    county = make.places()[-1]
    section = make.industry("Q")
    division = make.industry("Q99", section)
    first, second = project_in(county, industry_id=division.id), project_in(county)
    count(first, 5, domain="energy_saving")
    count(second, 7, domain="clean_energy")
    whole = f"region={county.id}&by=company"
    assert total(client, whole) == 12
    assert total(client, f"{whole}&domain=clean_energy") == 7
    assert total(client, f"{whole}&industry={section.id}") == 5
    assert [row["name"] for row in board(client, f"{whole}&industry={division.id}")["rows"]] == [
        first.company.name
    ]
    by_industry = board(client, f"region={county.id}&by=industry")
    assert [(row["name"], row["amount"]) for row in by_industry["rows"]] == [(section.name, "5.000000")]
    assert total(client, f"region={county.id}&by=industry") == 12
    page = client.get(f"/public/boards?region={county.parent_id}&domain=clean_energy").get_data(as_text=True)
    assert f"region={county.id}" in page and "domain=clean_energy" in page


def test_per_head_and_output_let_small_companies_lead(client, make, count, project_in):
    county = make.places()[-1]
    large = project_in(county, headcount=1000, output_yuan=Decimal(100_000))
    small = project_in(county, headcount=10, output_yuan=Decimal(1_000_000))
    unknown = project_in(county, headcount=None)
    for project, amount in ((large, 5000), (small, 400), (unknown, 9)):
        count(project, amount)
    rows = board(client, f"region={county.id}&by=company&per=head")["rows"]
    pages = [
        client.get(f"/public/boards?region={county.id}&by=company{per}").text for per in ("", "&per=head")
    ]
    assert ["人均（kgce）</th>" in page for page in pages] == [True, False]
    assert [(row["name"], row["ranked_by"]) for row in rows] == [
        (small.company.name, "40.00"),
        (large.company.name, "5.00"),
        (unknown.company.name, None),
    ]
    rows = board(client, f"region={county.id}&by=company&per=output")["rows"]
    assert [row["name"] for row in rows][:2] == [large.company.name, small.company.name]


def test_most_improved_compares_with_the_season_before(client, make, count, project_in):
    county = make.places()[-1]
    risen, fallen = project_in(county), project_in(county)
    for project, season, amount in (
        (risen, 2025, 10),
        (risen, 2026, 60),
        (fallen, 2025, 90),
        (fallen, 2026, 80),
    ):
        count(project, amount, season=season)
    rows = board(client, f"region={county.id}&by=company&season=2026&per=improved")["rows"]
    assert [row["name"] for row in rows] == [risen.company.name, fallen.company.name]
    assert [row["season_before"] for row in rows] == ["10.000000", "90.000000"]


def test_claimed_amounts_never_reach_the_public(client, make, count, project_in):
    nation, _, _, county = make.places()
    project, other = project_in(county, name="甲厂"), project_in(county, name="乙厂")
    count(project, PLANTED, basis=Basis.CLAIMED)
    count(other, 1)
    for query in (
        f"region={nation.id}",
        f"region={county.id}&by=company",
        f"company={project.company_id}&by=circle",
    ):
        for basis in ("", "&basis=claimed"):
            page = client.get(f"/public/boards?{query}{basis}").get_data(as_text=True)
            assert not told(page)
            for kind in ("csv", "json"):
                file = client.get(f"/public/boards/export.{kind}?{query}{basis}").get_data(as_text=True)
                assert not told(file)
            for key in ("map", "bars", "parts", "season", "path"):
                chart = client.get(f"/public/boards/charts/{key}.csv?{query}{basis}")
                assert not told(chart.get_data(as_text=True))
    assert client.get(f"/public/boards/charts/path.csv?region={nation.id}").status_code == 404
    assert not told(client.get("/").get_data(as_text=True))


def test_a_currency_that_is_only_claimed_is_not_offered_in_public(client, make, count, project_in):
    nation, *_, county = make.places()
    project, query = project_in(county), f"region={nation.id}&metric=yuan&season=2026"
    count(project, 5)
    count(project, 7, currency="USD", basis=Basis.CLAIMED)
    assert "USD" not in client.get(f"/public/boards?{query}").text
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, nation)
    assert "美元" in client.get(f"/boards?{query}&basis=claimed").text
    count(project, 7, currency="USD")
    assert "USD" in client.get(f"/public/boards?{query}").text


def test_officials_see_claims_of_regions_but_not_of_single_companies(client, make, count, project_in):
    _, province, _, county = make.places()
    project = project_in(county)
    count(project, PLANTED, basis=Basis.CLAIMED)
    count(project, 1)
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    claimed = board(client, f"region={province.id}&by=region&basis=claimed", public=False)
    assert claimed["rows"][0]["amount"] == "777123.450000"
    for query in (f"region={county.id}&by=company", f"company={project.company_id}&by=project"):
        page = client.get(f"/boards?{query}&basis=claimed").get_data(as_text=True)
        assert "已申报、未核实</option>" not in page
        assert board(client, f"{query}&basis=claimed", public=False)["rows"][0]["amount"] == "1.000000"
    assert client.get(f"/boards/charts/path.csv?region={county.id}").status_code == 200
    assert client.get(f"/boards/charts/path.csv?company={project.company_id}").status_code == 404


def test_where_only_claims_are_an_official_is_led_to_them(client, make, count, project_in):
    _, province, _, county = make.places()
    count(project_in(county), 3000, basis=Basis.CLAIMED, season=2024)
    link = f'href="/boards?region={province.id}&amp;season=all&amp;basis=claimed">查看已申报数'
    page = f"/boards?region={province.id}"
    assert "查看已申报数" not in client.get(f"/public{page}").get_data(as_text=True)
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    assert link in client.get(f"{page}&season=2026").get_data(as_text=True)
    assert "2024 · " in client.get(page).get_data(as_text=True)
    assert "查看已申报数" not in client.get(f"{page}&by=company").get_data(as_text=True)


def test_strangers_see_neither_hidden_companies_nor_their_board(client, make, count, project_in):
    county = make.places()[-1]
    hidden, shown = (
        project_in(county, name="不公开厂", disclosure=Disclosure.NOTHING),
        project_in(county, name="公开厂"),
    )
    count(hidden, 40)
    count(shown, 2)
    entered(client, make, Role.DEPARTMENT, ScopeKind.COMPANY, shown.company)
    for path in (f"/boards?region={county.id}&by=company", f"/public/boards?region={county.id}&by=company"):
        page = client.get(path).get_data(as_text=True)
        assert "公开厂" in page and "不公开厂" not in page
    assert client.get(f"/boards?company={hidden.company_id}").status_code == 404
    assert client.get(f"/public/boards?company={hidden.company_id}").status_code == 404
    assert client.get(f"/boards/projects/{hidden.id}").status_code == 404
    assert client.get(f"/public/boards/projects/{hidden.id}").status_code == 404
    about = board(client, f"region={county.id}&by=company")["about"]
    assert (about["范围合计"], about["计入合计但未列名"]) == ("42.000000", "40.000000")

    entered(client, make, Role.DEPARTMENT, ScopeKind.COMPANY, hidden.company)
    assert "不公开厂" in client.get("/boards").get_data(as_text=True)
    assert client.get(f"/boards/projects/{hidden.id}").status_code == 200


def test_defaults_follow_the_role_and_the_own_row_is_marked(client, make, count, project_in):
    nation, province, _, county = make.places()
    project = project_in(county, name="本厂")
    count(project, 5)
    for n in range(60):
        count(project_in(county, name=f"厂{n:02d}"), 100 + n)
    assert nation.name in client.get("/public/boards").get_data(as_text=True)
    assert client.get("/boards").status_code == 302
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    assert f"<h1>{province.name}" in client.get("/boards").get_data(as_text=True)
    client.enter(project.circle.leader.person)
    assert "<h1>本厂" in client.get("/boards").get_data(as_text=True)
    page = client.get(f"/boards?region={county.id}&by=company").get_data(as_text=True)
    near, listed = page.split("<hr>")
    assert "本厂" in near and "厂01" in near and "厂59" not in near
    assert "厂59" in listed and "第 1–50 条，共 61 条" in listed


def test_a_freeze_holds_the_public_board_and_lifting_brings_it_up(client, make, count, project_in):
    nation, province, _, county = make.places()
    project = project_in(county)
    count(project, 10)
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, province)
    address = f"/boards/regions/{province.id}/freezes"
    assert client.send(address, {"season": "2026", "reason": ""}).status_code == 422
    assert 'name="reason"' in client.get(address).get_data(as_text=True)
    assert client.send(address, {"season": "2026", "reason": "省级公示"}).status_code == 302
    page = client.get(address).get_data(as_text=True)
    assert 'name="reason"' not in page and "须先解除" in page
    count(project, 5)
    assert Decimal(board(client, f"region={nation.id}")["about"]["范围合计"]) == 10
    own = board(client, f"region={province.id}", public=False)
    assert Decimal(own["about"]["范围合计"]) == 15
    assert "省级公示" in client.get(f"/public/boards?region={county.id}").get_data(as_text=True)
    freeze = queries.freezes_over(client.database, province, (2026,))[0]
    assert client.send(f"/boards/freezes/{freeze.id}/lift").status_code == 302
    assert Decimal(board(client, f"region={nation.id}")["about"]["范围合计"]) == 15


def test_only_the_official_of_the_region_freezes(client, make, count):
    _, province, _, county = make.places()
    stranger = make.region("province", make.nation())
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, county)
    assert client.get(f"/boards/regions/{province.id}/freezes").status_code == 404
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, stranger)
    answer = client.send(f"/boards/regions/{province.id}/freezes", {"season": "2026", "reason": "x"})
    assert answer.status_code == 404
    entered(client, make, Role.DEPARTMENT, ScopeKind.COMPANY, make.company(county))
    assert client.get(f"/boards/regions/{county.id}/freezes").status_code == 404
    assert queries.freezes_over(client.database, province, ()) == []


def test_a_board_takes_the_same_statements_whatever_its_size(session, make, count, count_statements):
    city_id = make.places()[2].id
    industry_id = make.industry().id
    seen: dict[str, list[int]] = {by: [] for by in BY}
    for size in (1, 2, 27):
        grow(session, make, count, session.get(Region, city_id), size, industry_id)
        for by in BY:
            found = count_statements(
                lambda by=by: queries.board_of(session, asked(session, session.get(Region, city_id), by))
            )
            seen[by].append(found)
    assert all(len(set(counts)) == 1 for counts in seen.values()), seen
    places = queries.board_of(session, asked(session, session.get(Region, city_id), "region")).places
    assert len(places) == 30


def grow(session, make, count, city, size, industry_id):
    """So many more counties, each with a company, a circle and a project that counts."""
    for _ in range(size):
        company = make.company(make.region("county", city), industry_id=industry_id)
        circle = make.circle(company, members=0)
        project = Project(
            circle=circle, company=company, title=f"课题{make.number()}", focus_area="production",
            domain="other", created_at=NOW,
        )  # fmt: skip
        session.add(project)
        session.flush()
        count(project, 5)


def test_children_add_up_with_companies_right_under_the_region(session, make, count, project_in):
    _, _, city, county = make.places()
    count(project_in(county), "3.5")
    count(project_in(city), "2.25")
    found = queries.board_of(session, asked(session, city, "region"))
    assert (found.listed, found.unlisted, found.total) == (Decimal("3.5"), Decimal("2.25"), Decimal("5.75"))
    assert found.adds_up


def test_the_path_from_claimed_to_verified_adds_up(session, make, count, project_in):
    project = project_in()
    for claimed, verified in (("10", "8"), ("5", "6"), ("4", None)):
        saving_id = count(project, claimed, basis=Basis.CLAIMED)
        if verified:
            count(project, verified, saving_id=saving_id)
    path = queries.path_to_verified(session, asked(session, project.company.region, claims=True))
    assert (path.claimed, path.waiting, path.lowered, path.raised, path.verified) == (19, -4, -2, 1, 14)
    assert path.claimed + path.waiting + path.lowered + path.raised == path.verified


def test_a_voided_saving_leaves_boards_and_project_page(client, session, make, count, project_in):
    project = project_in()
    saving_id = count(project, 5000)
    assert "5.00" in client.get(f"/public/boards/projects/{project.id}").get_data(as_text=True)
    uncount_saving(session, saving_id=saving_id, basis=Basis.VERIFIED)
    assert client.get(f"/public/boards/projects/{project.id}").status_code == 404
    region = project.company.region
    assert queries.board_of(session, asked(session, region, variant=PUBLIC)).places == ()


def test_nonsense_in_the_address_is_a_page_or_a_404(client, make, count):
    make.places()
    assert client.get("/public/boards?region=999999").status_code == 404
    assert (
        client.get("/public/boards?metric=gold&per=nose&by=cat&season=zz&page=9&domain=x").status_code == 200
    )
    assert client.get("/public/boards/export.exe").status_code == 404
    assert client.get("/public/boards/charts/none.csv").status_code == 404


def test_pages_open_before_anything_is_loaded(client):
    for path in ("/public/boards", "/public/boards/method", "/public/awards", "/"):
        assert client.get(path).status_code == 200
