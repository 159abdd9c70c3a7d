"""Kept boards: the same places, page by page, as ranking everything; own places; what they cost."""

import itertools
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.chartbook.queries import days_of
from cp_circles.chartbook.queries.parts import branches
from cp_circles.chartbook.queries.times import months_below, months_by_metric
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.leaderboards.queries import months, movement, parts, sums
from cp_circles.leaderboards.queries.kept import kept_board
from cp_circles.leaderboards.queries.paging import own_places, ranking_of
from cp_circles.leaderboards.queries.ranking import COMPETITORS
from cp_circles.leaderboards.queries.summed import Summed
from cp_circles.ledger import checking, services
from cp_circles.ledger.boards import bucket_of, most_in_bucket, rows_of_cells
from cp_circles.ledger.living import count_living
from cp_circles.ledger.models import Basis, LedgerRow, LivingRow
from cp_circles.ledger.months import month_begin
from cp_circles.ledger.services import CompanyShare
from cp_circles.organisations.models import Disclosure, Park, Region
from cp_circles.people.rules import SYSTEM
from tests.conftest import NOW

SIZE, NEXT_MONTH = 3, NOW + timedelta(days=31)
DIVIDED = tuple(
    {"by": by, "per": per, **facts}
    for by, per in (("company", "head"), ("company", "output"), ("circle", "head"))
    for facts in ({}, {"living": True}, {"focus_area": "production"})
)
LEVELS = (Disclosure.WORK, Disclosure.NOTHING, Disclosure.WORK, Disclosure.NAME, Disclosure.WORK)
SUMMED = (
    {"seasons": ()},
    {"seasons": (2025, 2026)},
    {"focus_area": "production"},
    {"domain": "energy_saving"},
    {"living": True},
    {"size": "small"},
    {"per": "improved"},
)


def asked_in(session, region, by, variant, **facts):
    metric = queries.vocabulary(session).metric("energy_kgce")
    board = Asked(scope=Scope(region), by=by, metric=metric, seasons=(2026,), variant=variant)
    return replace(board, **facts)


def plain(place):
    who = place.competitor
    facts = (who.name, who.under, who.value, who.before, who.heads, who.circles, who.people, who.company_id)
    return (place.place, place.shared, place.measured, who.id, facts)


def in_file(place):
    return (*plain(place)[:4], place.competitor.projects, place.competitor.heads, place.competitor.before)


def assert_equal_to_exact(session, region, by, variant, **facts):
    """Every page, its totals and every own place are those of the whole board."""
    board = asked_in(session, region, by, variant, **facts)
    assert kept_board(session, board) is not None
    assert_pages_equal(session, board)


def assert_pages_equal(session, board):
    exact, ranking = queries.board_of(session, board), ranking_of(session, board)
    found = []
    for number in range(1, -(-len(exact.places) // SIZE) + 1):
        page = queries.board_page(session, board, number=number, size=SIZE)
        found += page.places
        assert (page.count, page.number) == (len(exact.places), number)
    assert [plain(place) for place in found] == [plain(place) for place in exact.places]
    page = queries.board_page(session, board, size=SIZE).board
    for name in ("total", "before", "unlisted", "listed", "adds_up", "lowest", "without_place"):
        assert getattr(page, name) == getattr(exact, name), name
    stream = queries.board_for_file(session, board)
    assert [in_file(place) for place in stream.places] == [in_file(place) for place in exact.places]
    for name in ("total", "unlisted", "listed", "adds_up", "checked"):
        assert getattr(stream, name) == getattr(exact, name), name
    for place in exact.places:
        mine = {place.competitor.id}
        near = ranking.near(mine, 5)
        assert [(row.place, row.shared, row.entity_id) for row in near] == [
            (row.place, row.shared, row.competitor.id) for row in own_places(exact, mine)
        ]


def both_ways(read):
    """What a reader says from what is kept, and from the rows."""
    kept = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Asked, "by_rows", True)
        patch.setattr(Asked, "added", property(lambda asked: (asked,)))
        return kept, read()


def assert_kept_sums_are_those_of_the_rows(session, region, variant, seasons):
    """Claims that wait, the way to verified, days, industries and parks."""
    board = asked_in(session, region, "company", variant, seasons=seasons, claims=variant == RESTRICTED)
    if board.claims:
        kept, exact = both_ways(lambda: queries.path_to_verified(session, board))
        assert kept == exact
        assert exact.claimed + exact.waiting + exact.lowered + exact.raised == exact.verified
    for read in (queries.months_of, days_of, amounts_of, tree_of):
        kept, exact = both_ways(lambda read=read: read(session, board))
        assert kept == exact, read


def assert_living_sums_are_those_of_the_rows(session, region, variant, seasons):
    """What is new and still works: the whole, by metric, by month, by region, and what came this month."""
    board = asked_in(session, region, "company", variant, seasons=seasons, living=True)
    readers = (sums.whole_of, queries.amounts_by_metric, queries.months_of, regions_below, came_of_each)
    for read in (*readers, months_by_metric, months_of_regions, tree_of):
        kept, exact = both_ways(lambda read=read: read(session, board))
        assert kept == exact, read
    parts, last = queries.living_parts(session, board), max(seasons, default=9999)
    rows = [row for row in session.scalars(sa.select(LedgerRow)) if row.basis is Basis.VERIFIED]
    living = list(session.scalars(sa.select(LivingRow)))
    assert parts == queries.Living(
        sum_of(rows, board, seasons),
        sum_of(living, board, seasons),
        sum_of([row for row in (*rows, *living) if row.season <= last], board, ()),
    )


def sum_of(rows, board, seasons):
    return sum(
        (
            row.public_amount if board.variant == PUBLIC else row.amount
            for row in rows
            if (not seasons or row.season in seasons)
            and row.metric == board.metric.key
            and row.region_path.startswith(board.scope.region.path)
        ),
        Decimal(0),
    )


def months_of_regions(session, board):
    return months_below(session, board, COMPETITORS["region"](session, replace(board, by="region"))[0])


def tree_of(session, board):
    """The branches of the tree, each with where it stands and what it counts."""
    found = branches(session, board)
    return sorted((one.kind, one.id, one.path, one.amount) for one in found)


def regions_below(session, board):
    """(id, amount, amount before) of the regions, and what counts in none of them."""
    found, direct = COMPETITORS["region"](session, replace(board, by="region"))
    return [(row.id, row.value, row.before) for row in found], direct


def came_of_each(session, board):
    """What came since the month began, by every kind of entity."""
    kinds = ("region", "company", "circle", "project")
    return [movement._came_since(session, replace(board, by=by), month_begin(NOW)) for by in kinds]


def amounts_of(session, board):
    """(id, amount, amount before, projects) of industries and parks, those with nothing left out."""
    rows = [row for by in ("industry", "park") for row in COMPETITORS[by](session, replace(board, by=by))[0]]
    return sorted((row.id, row.value, row.before, row.projects) for row in rows if row.value or row.before)


def park_in(make, region):
    park = Park(region_id=region.id, name="示例园区")
    make.session.add(park)
    make.session.flush()
    return park.id


def world_of(make, chance):
    """Two provinces, a municipality's district, companies that publish or not, circles and projects."""
    nation, province, city, county = make.places()
    other = make.region("county", city)
    district = make.region("county", make.region("province", nation))
    homes = [county, county, other, district, city]
    industries = [make.industry(parent=make.industry()) for _ in range(2)]
    companies = [
        make.company(region, disclosure=LEVELS[n], industry_id=industries[n % 2].id)
        for n, region in enumerate(homes)
    ]
    for company in companies:
        company.headcount = chance.choice((None, 0, 3, 7, 200, 200))
        company.output_yuan = chance.choice((None, 0, 10_000, Decimal("30000.07"), 3_000_000))
    companies[0].park_id = companies[3].park_id = park_in(make, province)
    circles = [make.circle(company, members=n) for company in companies for n in range(2)]
    projects = [make.project(circle) for circle in circles for _ in range(chance.choice((1, 2)))]
    return [nation, province, city, county, district], companies, projects


def count_at_random(count, chance, companies, projects, first=1, at=NOW):
    """Claims and verified savings of two seasons, some shared by two companies, some that live on."""
    for saving_id in range(first, first + 39):
        project, facts = chance.choice(projects), {"at": at}
        if chance.random() < 0.3:
            partner = chance.choice([row for row in companies if row is not project.company])
            facts["shares"] = tuple(
                CompanyShare(row.id, row.region.path, None, Decimal("0.5"))
                for row in (project.company, partner)
            )
        amount = chance.choice((-40, 7, 7, 20, 120.25, 4000, 4000))
        season, basis = chance.choice((2025, 2026, 2026)), chance.choice((Basis.VERIFIED, Basis.CLAIMED))
        count(project, amount, saving_id=saving_id, season=season, basis=basis, **facts)
        if basis is Basis.CLAIMED and chance.random() < 0.6:
            count(project, chance.choice((amount, 9, 5000)), saving_id=saving_id, season=season, **facts)
        if season == 2025 and chance.random() < 0.6:
            share = chance.choice((Decimal("0.5"), Decimal(1)))
            count_living(count.session, saving_id=saving_id, season=2026, share=share, now=NOW)


def assert_summed_boards_are_equal(session, chance, regions, company):
    """What the database adds up and ranks, divided too, in a company as well."""
    for facts in SUMMED:
        for by, variant in (
            ("company", PUBLIC),
            ("circle", PUBLIC),
            ("project", RESTRICTED),
            ("circle", RESTRICTED),
        ):
            board = asked_in(session, chance.choice(regions[:3]), by, variant, **facts)
            assert isinstance(ranking_of(session, board), Summed)
            assert_pages_equal(session, board)
    for facts, variant in itertools.product(DIVIDED, (PUBLIC, RESTRICTED)):
        board = asked_in(session, chance.choice(regions[:3]), variant=variant, **facts)
        assert isinstance(ranking_of(session, board), Summed)
        assert_pages_equal(session, board)
        assert_movement_is_that_of_the_whole_board(session, replace(board, at=NEXT_MONTH))
    for by, facts in itertools.product(("circle", "project"), SUMMED[:2]):
        board = asked_in(session, regions[3], by, PUBLIC, **facts)
        assert_pages_equal(session, replace(board, scope=Scope(regions[3], company=company)))


def assert_movement_is_that_of_the_whole_board(session, board):
    page = queries.board_page(session, board, size=SIZE)
    moved = queries.movement_of(session, board, page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(movement, "ranking_of", lambda session, asked: None)
        whole = replace(page, board=queries.board_of(session, board))
        assert queries.movement_of(session, board, whole) == moved


def assert_parts_are_the_largest_of_the_rows(session, region):
    """What rows of companies and circles consist of, from what is kept and from the rows; only the largest."""
    for by, facts in itertools.product(("company", "circle"), ({}, {"per": "head"}, *SUMMED[:5])):
        board = asked_in(session, region, by, RESTRICTED, **facts)
        kept, exact = both_ways(lambda board=board: parts_of(session, board))
        assert kept == exact, (by, facts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parts, "LARGEST", 1)
            patch.setattr(parts, "kept_board", lambda session, asked: None)
            largest = {}
            for parent, amount, key, name in sorted(exact, key=lambda part: (-part[1], int(part[2]))):
                largest.setdefault(parent, (parent, amount, key, name))
            assert parts_of(session, board) == sorted(largest.values())


def parts_of(session, board):
    """(parent, amount, id, name) of what every row of the board consists of."""
    shown = [place.competitor.id for place in queries.board_of(session, replace(board, per="total")).places]
    found = queries.parts_below(session, board, shown)
    return sorted((part.parent, part.value, part.key.split("-")[0], part.name) for part in found)


def hold_and_go_on(make, count, chance, region, companies, projects):
    """Freeze the public boards of a region; then companies change their size, and more counts."""
    facts = {"region": region, "season": 2026, "reason": "示例公示", "now": NOW}
    services.freeze_boards(make.session, actor=make.holder("administrator"), **facts)
    for company in companies:
        company.headcount = (company.headcount or 0) + 1
        company.output_yuan = chance.choice((company.output_yuan, 70_000))
    count_at_random(count, chance, companies, projects, first=101, at=NEXT_MONTH)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_page_and_own_place_is_that_of_the_whole_board(session, make, count, seed):
    chance = random.Random(seed)
    regions, companies, projects = world_of(make, chance)
    count_at_random(count, chance, companies, projects)
    if seed == 2:
        hold_and_go_on(make, count, chance, regions[1], companies, projects)
    companies[2].disclosure = Disclosure.NOTHING
    companies[1].disclosure = Disclosure.WORK
    session.flush()
    assert checking.total_disagreements(session) == []
    for region in regions:
        for by in ("project", "circle", "company"):
            for variant in (PUBLIC, RESTRICTED):
                assert_equal_to_exact(session, region, by, variant)
    assert_equal_to_exact(session, regions[0], "project", RESTRICTED, basis=Basis.CLAIMED)
    for variant, seasons in itertools.product((PUBLIC, RESTRICTED), ((2026,), (2025, 2026), ())):
        for region in regions[:2]:
            assert_kept_sums_are_those_of_the_rows(session, region, variant, seasons)
            assert_living_sums_are_those_of_the_rows(session, region, variant, seasons)
    assert_summed_boards_are_equal(session, chance, regions, companies[0])
    assert_parts_are_the_largest_of_the_rows(session, regions[0])
    services.rebuild_rollups(session, actor=SYSTEM, now=NOW)
    assert checking.total_disagreements(session) == []
    assert_equal_to_exact(session, regions[0], "circle", PUBLIC)


def test_far_pages_are_found_by_the_counts(session, make, count, project_in, monkeypatch):
    county = make.places()[-1]
    for amount in (5, 5, 90, 91, 91, 91, 4000):
        count(project_in(county), amount)
    monkeypatch.setattr(queries.kept, "FAR", 0)
    nation = session.get(type(county), county.path_ids[0])
    assert_equal_to_exact(session, nation, "project", PUBLIC)


def test_a_filter_is_added_up_anew(session, make, count, project_in):
    project = project_in(make.places()[-1])
    count(project, 5, domain="other")
    board = asked_in(session, project.company.region, "project", PUBLIC)
    assert kept_board(session, board) is not None
    for narrower in ({"domain": "other"}, {"per": "improved"}, {"living": True}, {"seasons": (2025, 2026)}):
        assert kept_board(session, replace(board, **narrower)) is None
        assert queries.board_page(session, replace(board, **narrower)).count == 1


def test_months_are_those_of_the_rows(session, make, count, project_in, monkeypatch):
    project = project_in(make.places()[-1])
    count(project, 5)
    count(project, 6)
    board = asked_in(session, project.company.region, "project", PUBLIC)
    kept = queries.months_of(session, board)
    assert [(row.year, row.month, row.verified) for row in kept] == [(NOW.year, NOW.month, 11)]
    monkeypatch.setattr(months, "is_unkept", lambda session: True)
    assert queries.months_of(session, board) == kept


def test_a_page_takes_the_same_statements_whatever_the_size(
    session, make, count, project_in, count_statements
):
    county_id, seen = make.places()[-1].id, []
    for more in (1, 2, 20):
        county = session.get(Region, county_id)
        for _ in range(more):
            count(project_in(county), 5)
        seen.append(
            count_statements(
                lambda: queries.board_page(
                    session, asked_in(session, session.get(Region, county_id), "company", PUBLIC)
                )
            )
        )
    assert len(set(seen)) == 1, seen


@pytest.mark.parametrize("scaled", [1, 12, 999, 1000, 1001, 123456, 9999999999, 10**15])
def test_buckets_ascend_with_amounts(scaled):
    amount = Decimal(scaled).scaleb(-6)
    least = Decimal(1).scaleb(-6)
    for value in (amount, -amount):
        assert most_in_bucket(bucket_of(value)) >= value
        assert bucket_of(most_in_bucket(bucket_of(value))) == bucket_of(value)
        assert bucket_of(most_in_bucket(bucket_of(value)) + least) > bucket_of(value)
        assert bucket_of(value - least) <= bucket_of(value)


def test_what_counts_in_two_places_stands_once_in_each_scope():
    rows = rows_of_cells([("/1/2/3/", 7, Decimal(5)), ("/1/2/4/", 8, Decimal(6))])
    assert sorted(rows, key=lambda row: row[1]) == [
        ({"third_id": 3, "company_id": 7}, Decimal(5)),
        ({"third_id": 4, "company_id": 8}, Decimal(6)),
        ({"top_id": 1, "second_id": 2}, Decimal(11)),
    ]
