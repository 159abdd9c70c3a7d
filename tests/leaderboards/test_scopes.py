"""Parks, facilitators and every filter: exact sums, whoever reads, and a form that fits a phone."""

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.awards.models import Award
from cp_circles.circles.models import CircleYear
from cp_circles.editions.models import Edition
from cp_circles.judging.list_models import PublicList
from cp_circles.judging.models import Entry, Level, Round, Season, Standing, StandingRow
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, SIZES, Asked, Scope
from cp_circles.leaderboards.tallies import tally
from cp_circles.ledger import services
from cp_circles.organisations.models import Disclosure, Park
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW


def asked(session, region, by="company", variant=RESTRICTED, **facts):
    """A board of energy in 2026."""
    metric = queries.vocabulary(session).metric("energy_kgce")
    board = Asked(scope=Scope(region), by=by, metric=metric, seasons=(2026,), variant=variant, at=NOW)
    return replace(board, **facts)


def rows(board):
    """(name, amount) of a board's places."""
    return [(place.competitor.name, place.measured) for place in board.places]


def park_in(session, city, *companies, name="示例园"):
    park = Park(region_id=city.id, name=name)
    session.add(park)
    session.flush()
    for company in companies:
        company.park_id = park.id
    session.flush()
    return park


def test_a_park_adds_up_its_companies_of_two_counties(client, session, make, count, project_in):
    _, _, city, county = make.places()
    first, other = project_in(county, name="甲厂", headcount=50), project_in(make.region("county", city))
    outside = project_in(county)
    for project, amount in ((first, 30), (other, 20), (outside, 7)):
        count(project, amount)
    park = park_in(session, city, first.company, other.company)
    board = queries.board_of(session, asked(session, city, "park"))
    assert (rows(board), board.unlisted, board.total) == ([("示例园", 50)], 7, 57)
    assert board.adds_up and board.places[0].competitor.heads == 250
    within = queries.board_of(session, asked(session, city, scope=Scope(city, park=park)))
    assert (within.total, len(within.places), within.adds_up) == (50, 2, True)
    assert queries.board_of(session, asked(session, city, "park", per="head")).places[0].measured == Decimal(
        "0.2"
    )
    page = client.get(f"/public/boards?park={park.id}&metric=energy_kgce").get_data(as_text=True)
    assert "<h1>示例园" in page and "甲厂" in page and outside.company.name not in page
    assert f"park={park.id}" in client.get(f"/public/boards?region={city.id}&by=park").get_data(as_text=True)
    assert client.get("/public/boards?park=999").status_code == 404


def test_a_facilitator_stands_with_each_circle_once_and_never_in_public(
    client, session, make, count, project_in
):
    county = make.places()[-1]
    first, second = project_in(county), project_in(county)
    count(first, 30)
    count(second, 5)
    guide, gone = make.person(name="示例推进者"), make.person(name="示例前推进者")
    make.grant(guide, Role.FACILITATOR, ScopeKind.COMPANY, first.company)
    make.grant(guide, Role.FACILITATOR, ScopeKind.CIRCLE, first.circle)
    make.grant(guide, Role.FACILITATOR, ScopeKind.CIRCLE, second.circle)
    make.grant(gone, Role.FACILITATOR, ScopeKind.CIRCLE, second.circle, until=NOW)
    board = queries.board_of(session, asked(session, county, "facilitator"))
    assert rows(board) == [("示例推进者", 35)] and not board.checked
    assert board.places[0].competitor.circles == 2
    address = f"boards?region={county.id}&by=facilitator&metric=energy_kgce"
    for path in (f"/public/{address}", f"/public/{address.replace('?', '/export.csv?')}"):
        assert "示例推进者" not in client.get(path).get_data(as_text=True)
    stranger = make.person()
    make.grant(stranger, Role.MEMBER, ScopeKind.CIRCLE, second.circle)
    client.enter(stranger)
    assert "示例推进者" not in client.get(f"/{address}").get_data(as_text=True)
    official = make.person()
    make.grant(official, Role.OFFICIAL, ScopeKind.REGION, county)
    client.enter(official)
    assert "示例推进者" in client.get(f"/{address}").get_data(as_text=True)


@pytest.fixture
def judged(session, make):
    """`judged(project, round_, score)`: a frozen result that stands in a round, with an award."""

    def stand(project, round_, score, key="first"):
        entry = Entry(
            round_id=round_.id, result_id=make.result(project).id, number=make.number(), unit_id=1,
            blind_key=f"b{make.number()}", track_key="problem_solving", unit_kind="company", submitted_at=NOW,
        )  # fmt: skip
        session.add(entry)
        session.flush()
        number = f"A{make.number()}"
        session.add_all([
            Award(
                round_id=round_.id, entry_id=entry.id, award_key=key, label="一等奖", label_en="First prize",
                number=number, public_key=number, holder={}, sha256="0" * 64, given_at=NOW,
            ),
            StandingRow(
                standing_id=round_.standing_id, entry_id=entry.id, track_key="problem_solving", place=1,
                score=Decimal(score), working={}, decision="promoted", why={},
            ),
        ])  # fmt: skip
        session.flush()
        return entry

    return stand


@pytest.fixture
def round_in(session, make):
    """`round_in(region)`: a round of 2026 with a published list."""

    def made(region, level=Level.COUNTY):
        make.rulesets()
        edition = session.scalars(sa.select(Edition)).first().id
        season = session.scalar(sa.select(Season)) or Season(
            year=2026, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
            ladder_edition_id=edition,
        )  # fmt: skip
        session.add(season)
        session.flush()
        round_ = Round(
            season_id=season.id, level=level, region_id=region.id, name="评审", created_at=NOW,
            public_key=f"r{make.number()}", rule_edition_id=edition,
        )  # fmt: skip
        session.add(round_)
        session.flush()
        standing = Standing(round_id=round_.id, computed_at=NOW, input_sha256="0" * 64)
        session.add(standing)
        session.flush()
        round_.standing_id = standing.id
        shown = PublicList(
            round_id=round_.id, standing_id=standing.id, published_at=NOW, struck=[], hold_reason=""
        )
        session.add(shown)
        session.flush()
        return round_, shown

    return made


def tally_of(session, region, key, by="company", **facts):
    return queries.board_of(session, asked(session, region, by, metric=tally(key), **facts))


def test_scores_are_those_of_the_scopes_own_public_list(session, make, count, project_in, round_in, judged):
    _, _, city, county = make.places()
    first, second, struck = (project_in(county) for _ in range(3))
    round_, shown = round_in(county)
    for project, score in ((first, "91.5"), (second, "80.25")):
        judged(project, round_, score)
    shown.struck = [judged(struck, round_, "99").id]
    other, _ = round_in(city, Level.CITY)
    judged(second, other, "70")
    session.flush()
    board = tally_of(session, county, "score", "project")
    assert [row[1] for row in rows(board)] == [Decimal("91.5"), Decimal("80.25")]
    assert board.total == Decimal("85.875") and not board.checked
    assert [row[1] for row in rows(tally_of(session, city, "score", "region"))] == [70]
    first.company.disclosure = Disclosure.NOTHING
    session.flush()
    assert len(tally_of(session, county, "score", variant=PUBLIC).places) == 1
    session.delete(shown)
    session.flush()
    assert tally_of(session, county, "score", "project").places == ()


def test_results_and_rates_are_counted_by_their_definitions(
    session, make, count, project_in, round_in, judged
):
    _, province, _, county = make.places()
    busy, idle = project_in(county, headcount=50), project_in(county, headcount=25)
    unknown = project_in(county, headcount=None)
    for project in (busy, busy, unknown):
        make.result(project)
    make.result(busy, state="withdrawn")
    session.add(CircleYear(circle_id=idle.circle_id, year=2026, renewed_at=NOW, headcount=5))
    session.flush()
    board = tally_of(session, county, "results")
    assert rows(board) == [(busy.company.name, 2), (unknown.company.name, 1)]
    assert (board.total, board.adds_up, board.checked) == (3, True, True)
    assert tally_of(session, county, "results", seasons=(2024,)).total == 0
    assert tally_of(session, province, "results", "region").adds_up
    people = {row.id: len(row.circle.present_members) for row in (busy, idle)}
    rate = tally_of(session, county, "participation")
    assert rows(rate) == [
        (idle.company.name, Decimal(people[idle.id] * 100) / 25),
        (busy.company.name, Decimal(people[busy.id] * 100) / 50),
    ]
    years = session.scalar(sa.select(sa.func.count()).select_from(CircleYear).where(CircleYear.year == 2026))
    result_rate = tally_of(session, county, "result_rate")
    assert result_rate.total == round(Decimal(300) / years, 6)


def test_each_filter_narrows_the_rows_and_the_scope_alike(session, make, count, project_in, round_in, judged):
    county = make.places()[-1]
    small, large = project_in(county, headcount=299), project_in(county, headcount=1000)
    count(small, 3)
    count(large, 4)
    count(large, 50, season=2025)
    round_, _ = round_in(county)
    judged(small, round_, "90", key="gold")
    method = session.get(Edition, small.method_edition_id).key

    def total(**facts):
        found = queries.board_of(session, asked(session, county, **facts))
        assert found.adds_up
        assert (
            queries.amounts_by_metric(session, asked(session, county, **facts)).get("energy_kgce", 0)
            == found.total
        )
        return found.total

    assert [total(size=size) for size in SIZES] == [0, 3, 0, 4]
    assert (total(award="gold"), total(award="any"), total(award="silver")) == (3, 3, 0)
    assert (total(method=method), total(method="none")) == (7, 0)
    assert total(seasons=(2025, 2026)) == 57
    session.scalars(sa.select(Award)).one().revoked_at = NOW
    session.flush()
    assert total(award="any") == 0


def test_the_award_filter_of_a_frozen_board_stands_still(session, make, count, project_in, round_in, judged):
    _, province, city, county = make.places()
    holder, later, elsewhere = project_in(county), project_in(county), project_in(make.region("county", city))
    for project, amount in ((holder, 3), (later, 4), (elsewhere, 5)):
        count(project, amount)
    round_, _ = round_in(county)
    judged(holder, round_, "90")
    administrator = make.holder("administrator")
    facts = {"region": county, "season": 2026, "reason": "示例公示", "now": NOW}
    freeze = services.freeze_boards(session, actor=administrator, **facts)
    for award in session.scalars(sa.select(Award)):
        award.revoked_at = NOW + timedelta(hours=1)
    for project in (later, elsewhere):
        judged(project, round_, "80")
    for award in session.scalars(sa.select(Award).where(Award.revoked_at.is_(None))):
        award.given_at = NOW + timedelta(hours=1)
    session.flush()

    def total(variant):
        question = asked(session, province, variant=variant, award="any")
        return queries.board_of(session, question).total

    assert (total(PUBLIC), total(RESTRICTED)) == (3 + 5, 4 + 5)
    services.lift_freeze(session, actor=administrator, freeze=freeze, now=NOW + timedelta(days=1))
    assert total(PUBLIC) == 4 + 5


@pytest.mark.parametrize("seed", range(2))
def test_children_add_up_to_the_parent_under_any_filter(session, make, count, project_in, seed):
    """Random trees, shares and filters: rows and what has no row are the sum of the ledger by hand."""
    chance = random.Random(seed)
    nation, province, city, county = make.places()
    homes = [
        county,
        city,
        make.region("county", city),
        make.region("county", make.region("province", nation)),
    ]
    section = make.industry("Q")
    kinds = [None, section.id, make.industry("Q98", section).id]
    projects = [
        project_in(
            chance.choice(homes), headcount=chance.choice((None, 5, 400)), industry_id=chance.choice(kinds),
            disclosure=chance.choice(list(Disclosure)),
        )
        for _ in range(8)
    ]  # fmt: skip
    park = park_in(session, city, *(row.company for row in projects[:3]))
    counted = []
    for _ in range(20):
        project, domain = chance.choice(projects), chance.choice(("energy_saving", "other"))
        season, amount = chance.choice((2025, 2026)), Decimal(chance.randint(-900, 9000)) / 8
        count(project, amount, domain=domain, season=season)
        counted.append((project, domain, season, amount))
    filters = {
        "domain": ("", "other"),
        "size": ("", "micro", "medium"),
        "seasons": ((), (2026,), (2025, 2026)),
    }
    for _ in range(6):
        facts = {name: chance.choice(options) for name, options in filters.items()}
        for region in (nation, province, city, county):
            scope = Scope(
                region, industry=chance.choice((None, section)), park=chance.choice((None, None, park))
            )
            wanted = sum(row[3] for row in counted if _meant(row, scope, facts))
            for by in scope.offered:
                for variant in (PUBLIC, RESTRICTED):
                    board = queries.board_of(
                        session, asked(session, region, by, variant, scope=scope, **facts)
                    )
                    assert (board.total, board.adds_up) == (wanted, True), (by, variant, facts)


def _meant(row, scope, facts):
    _, domain, season, _ = row
    company = row[0].company
    sizes = {"micro": (0, 20), "medium": (300, 1000)}
    below = company.industry.parent_id if company.industry else None
    kinds = {company.industry_id, below}
    return (
        company.region.path.startswith(scope.region.path)
        and (scope.park is None or company.park_id == scope.park.id)
        and (not facts["domain"] or facts["domain"] == domain)
        and (not facts["seasons"] or season in facts["seasons"])
        and (scope.industry is None or scope.industry.id in kinds)
        and (not facts["size"] or (company.headcount or -1) in range(*sizes[facts["size"]]))
    )


def test_the_filter_fits_a_phone_and_its_answer_stands_in_the_address(
    client, session, make, count, project_in
):
    nation, province, city, county = make.places()
    project = project_in(county)
    for season in (2024, 2025, 2026):
        count(project, 5, season=season)
    page = client.get(f"/public/boards?region={province.id}").get_data(as_text=True)
    form = page[page.index('class="filters"') :]
    for options in re.findall(r"<select.*?</select>", form, re.DOTALL):
        assert max(len(part.split("<option")) - 1 for part in options.split("<optgroup")) <= 40
    assert f'value="{city.id}"' in form and f'value="{nation.id}"' in form
    two = client.get(f"/public/boards?region={county.id}&season=2024&season=2026").get_data(as_text=True)
    assert "2024, 2026" in two and two.count('type="checkbox" name="season"') == 4
    assert len(re.findall(r'name="season" value="(2024|2026)" checked', two)) == 2
    bare = make.region("city", province)
    page = client.get(f"/public/boards?region={bare.id}").get_data(as_text=True)
    assert "by=region" not in page and "by=circle" in page
    kept = client.get(f"/public/boards?region={county.id}&size=small&award=any&method=none&division=77777")
    assert kept.status_code == 404
    plain = client.get(f"/public/boards?region={county.id}&size=giant&award=none&method=none")
    assert plain.status_code == 200 and "chip--on" not in plain.get_data(as_text=True)
    assert "20–299" in client.get(f"/public/boards?region={county.id}&size=small").get_data(as_text=True)
