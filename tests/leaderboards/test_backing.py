"""From a row of a board to the savings that it adds up, with their signatures, as far as the reader may see."""

from contextlib import contextmanager
from decimal import Decimal
from itertools import product

import pytest
import sqlalchemy as sa

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.ledger.models import Basis
from cp_circles.ledger.services import freeze_boards, uncount_saving
from cp_circles.organisations.models import Disclosure, Park
from cp_circles.people.models import Role, ScopeKind
from cp_circles.savings import services as savings
from tests.conftest import NOW

BY = ("region", "company", "circle", "project", "industry", "park")
CHAIN = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)


def entered(client, make, role, kind=ScopeKind.PLATFORM, scope=None):
    """Be signed in as a new person with one role."""
    person = make.person()
    make.grant(person, role, kind, scope)
    client.enter(person)
    return person


def page(client, query, public=False, wanted=200):
    """The text of the page of a row's savings."""
    answer = client.get(f"{'/public' if public else ''}/boards/savings?metric=energy_kgce&{query}")
    assert answer.status_code == wanted, query
    return answer.get_data(as_text=True)


def asked(session, scope, by, variant=RESTRICTED, **facts):
    """A board of energy of 2026."""
    metric = queries.vocabulary(session).metric("energy_kgce")
    return Asked(scope=scope, by=by, metric=metric, seasons=(2026,), variant=variant, at=NOW, **facts)


@pytest.fixture
def town(session, make, count, project_in):
    """Two companies of one division and park; the second is not named in public. A saving of 2025 besides."""
    city, county = make.places()[2:]
    section = make.industry("C")
    division, park = make.industry("C28", section), Park(region_id=city.id, name="示例园")
    session.add(park)
    session.flush()
    facts = {"industry_id": division.id, "park_id": park.id}
    shown, hidden = project_in(county, **facts), project_in(county, disclosure=Disclosure.NOTHING, **facts)
    count(shown, 50)
    count(shown, 20, domain="other")
    count(hidden, 7)
    count(shown, 3, season=2025)
    return city, county, section, park, shown, hidden


@pytest.mark.parametrize("variant", [PUBLIC, RESTRICTED])
def test_the_savings_of_every_row_of_every_kind_add_up_to_the_row(session, town, variant):
    city = town[0]
    for by, per in product(BY, ("total", "improved")):
        board = asked(session, Scope(city), by, variant, per=per)
        places = queries.board_of(session, board).places
        assert places, by
        for place in places:
            found = queries.backing_of(session, board, place.competitor.id)
            assert found.total == place.competitor.value, by
            assert found.total - (found.before or 0) == place.measured, by
            listed = sum(row.amount for row in found.page.rows if row.season == 2026)
            assert listed + found.unnamed == found.total, by
            assert (found.unnamed == 7) is (variant == PUBLIC and by in ("region", "industry", "park"))


def test_a_filter_narrows_the_savings_as_it_narrows_the_board(session, town):
    city, shown = town[0], town[4]
    board = asked(session, Scope(city), "company", domain="other")
    (row,) = queries.backing_of(session, board, shown.company_id).page.rows
    assert (row.amount, row.project.id, row.company.id) == (20, shown.id, shown.company_id)


@pytest.fixture
def signed(session, make):
    """A project whose saving three people have signed."""
    make.rulesets()
    project = make.project(make.circle(make.company(make.places()[-1])))
    saving = make.mv_1(project)
    leader = make.actor(project.circle.leader.person)
    savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    for role in CHAIN:
        savings.sign_claim(
            session,
            actor=make.verifier(role, project.company),
            saving=saving,
            role=role,
            claim_sha256=saving.claim.sha256,
            password_confirmed_at=NOW,
            now=NOW,
        )
    return project, saving


def test_an_official_opens_a_row_by_one_click_and_reads_who_signed(client, make, signed):
    project, saving = signed
    region = project.company.region
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, region)
    board = client.get("/boards?by=company&season=2025&metric=energy_kgce").get_data(as_text=True)
    link = f"metric=energy_kgce&amp;region={region.id}&amp;row={project.company_id}"
    assert f"/boards/savings?by=company&amp;season=2025&amp;{link}" in board
    text = page(client, f"by=company&season=2025&row={project.company_id}")
    assert project.title in text and "15.49" in text
    names = [row.signer.name for row in saving.claim.signatures]
    assert len(names) == len(CHAIN) and all(name in text for name in names)
    assert f"/claims/{saving.claim.id}/how" not in text, "the working stays with the company"


def test_the_public_reads_that_it_was_signed_but_not_by_whom(client, signed):
    project, saving = signed
    board = client.get("/public/boards?by=company&season=2025&metric=energy_kgce").get_data(as_text=True)
    assert "/public/boards/savings?by=company" in board
    text = page(client, f"by=company&season=2025&row={project.company_id}", public=True)
    assert project.title in text and text.count("#i-check") >= len(CHAIN)
    assert not any(row.signer.name in text for row in saving.claim.signatures)


def test_what_a_reader_may_not_see_is_not_found(client, make, count, town):
    city, county, _, _, shown, hidden = town
    count(shown, 90, basis=Basis.CLAIMED)
    for query in (
        f"by=company&row={hidden.company_id}",
        f"by=project&row={hidden.id}",
        f"by=circle&row={hidden.circle_id}",
        f"by=region&row={city.parent_id}&region={city.id}",
        "by=company&row=999999",
        "by=company&row=x",
        "by=company",
        f"by=company&row={shown.company_id}&season=2019",
    ):
        page(client, query, public=True, wanted=404)
    assert hidden.title not in page(client, f"region={city.id}&by=region&row={county.id}", public=True)
    led = client.get(f"/boards/savings?region={city.id}&by=company&row={shown.company_id}")
    assert led.location.startswith(f"/public/boards/savings?region={city.id}&by=company")
    entered(client, make, Role.OFFICIAL, ScopeKind.REGION, city)
    assert hidden.title in page(client, f"by=region&row={county.id}")
    answer = client.get(f"/boards/savings?metric=results&by=company&row={shown.company_id}")
    assert answer.status_code == 404, "a count of the records rests on no savings"
    page(client, f"by=region&row={county.id}&basis=claimed", wanted=404)
    entered(client, make, Role.DEPARTMENT, ScopeKind.COMPANY, shown.company)
    own = f"company={shown.company_id}&by=circle&row={shown.circle_id}&basis=claimed"
    assert shown.title in page(client, own)


def test_a_freeze_holds_the_amounts_of_the_public_page(session, client, make, count, town):
    city, county, _, _, shown, _ = town
    official = make.person()
    make.grant(official, Role.OFFICIAL, ScopeKind.REGION, city)
    freeze_boards(session, actor=make.actor(official), region=city, season=2026, reason="示例冻结", now=NOW)
    count(shown, 1000)
    text = page(client, f"by=company&row={shown.company_id}", public=True)
    assert "示例冻结" in text and "1.00" not in text and "0.07" in text
    found = queries.backing_of(session, asked(session, Scope(county), "company"), shown.company_id)
    assert found.total == Decimal(1070)


def test_behind_a_freeze_the_public_page_tells_of_no_change(session, client, make, count, town):
    city, _, _, _, shown, _ = town
    saving = make.mv_1(shown)
    savings.claim_saving(session, actor=make.actor(shown.circle.leader.person), saving=saving, now=NOW)
    count(shown, 5, saving_id=saving.id)
    official = make.person()
    make.grant(official, Role.OFFICIAL, ScopeKind.REGION, city)
    freeze_boards(session, actor=make.actor(official), region=city, season=2026, reason="示例冻结", now=NOW)
    query = f"by=company&row={shown.company_id}"
    before = page(client, query, public=True)
    saving.reporting_to = NOW.date()
    uncount_saving(session, saving_id=saving.id, basis=Basis.VERIFIED)
    assert page(client, query, public=True) == before


def test_the_page_takes_the_same_statements_however_many_savings_a_row_has(app, client, session, make):
    make.rulesets()
    company = make.company(make.places()[-1])
    guide = entered(client, make, Role.FACILITATOR, ScopeKind.COMPANY, company)
    counts = []
    for more in (1, 3):
        for _ in range(more):
            project = make.project(make.circle(company))
            leader = make.actor(project.circle.leader.person)
            savings.claim_saving(session, actor=leader, saving=make.mv_1(project), now=NOW)
        session.commit()
        query = f"company={company.id}&by=facilitator&basis=claimed&row={guide.id}"
        page(client, query)
        with counted(app) as seen:
            text = page(client, query)
        counts.append(len(seen))
    assert text.count("/claims/") == 4
    assert counts[0] == counts[1], counts


@contextmanager
def counted(app):
    """The statements sent meanwhile."""
    engine, seen = app.extensions["cp_sessions"].engine, []

    def remember(connection, cursor, statement, *rest):
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", remember)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)
