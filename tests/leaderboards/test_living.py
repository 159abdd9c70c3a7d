"""Boards of what is new and still working: later seasons, every level adds up, freezes, and who sees them."""

from decimal import Decimal

import pytest

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.ledger.living import count_living, living_disagreements, uncount_living
from cp_circles.ledger.models import Basis, LivingRow
from cp_circles.ledger.services import freeze_boards, lift_freeze, uncount_saving
from cp_circles.organisations.models import Disclosure
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

OLD, NEW = 2025, 2026


@pytest.fixture
def places(make):
    """Nation, province, city, county."""
    return make.places()


@pytest.fixture
def lived(session, count, project_in, places):
    """100 kgce of 2025, of which 60 % still work in 2026, and 7 of 2026."""
    first, second = project_in(places[-1], name="甲厂"), project_in(places[-1], name="乙厂")
    old = count(first, "100", season=OLD)
    count(second, "7", season=NEW)
    count_living(session, saving_id=old, season=NEW, share=Decimal("0.6"), now=NOW)
    return first, second, old


def asked(session, region, by="company", variant=RESTRICTED, seasons=(NEW,), metric="energy_kgce", **facts):
    """A living board of energy."""
    found = queries.vocabulary(session).metric(metric)
    facts = {"scope": Scope(region), "by": by, "metric": found, "living": True, **facts}
    return Asked(seasons=seasons, variant=variant, **facts)


def rows(board):
    """(name, amount) of a board's places."""
    return [(place.competitor.name, place.measured) for place in board.places]


def test_a_later_season_holds_what_is_new_and_what_still_works(session, places, lived):
    board = queries.board_of(session, asked(session, places[-1]))
    assert rows(board) == [("甲厂", Decimal(60)), ("乙厂", Decimal(7))]
    assert (board.total, board.before) == (Decimal(67), Decimal(100))
    found = queries.living_parts(session, asked(session, places[-1]))
    assert (found.new, found.still, found.since_start) == (Decimal(7), Decimal(60), Decimal(167))
    whole = queries.board_of(session, asked(session, places[-1], seasons=()))
    assert whole.total == Decimal(167)
    plain = queries.board_of(session, asked(session, places[-1], living=False))
    assert plain.total == Decimal(7)


def test_the_children_of_every_level_add_up_to_their_parent(session, places, lived):
    for variant in (RESTRICTED, PUBLIC):
        for region in places:
            scope = Scope(region)
            for by in scope.offered:
                board = queries.board_of(session, asked(session, region, by, variant))
                assert board.adds_up and board.total == Decimal(67), (region.name, by, variant)
        company = Scope(places[-1], lived[0].company)
        for by in company.offered:
            board = queries.board_of(session, asked(session, places[-1], by, variant, scope=company))
            assert board.adds_up and board.total == Decimal(60)
    amounts = queries.amounts_by_metric(session, asked(session, places[0]))
    assert amounts["energy_kgce"] == Decimal(67)


def test_money_lives_on_in_its_currency_and_domains_narrow(session, places, lived):
    money = asked(session, places[-1], metric="yuan", currency="CNY")
    assert queries.board_of(session, money).total == Decimal(67)
    other = asked(session, places[-1], metric="yuan", currency="USD")
    assert queries.board_of(session, other).total == 0
    assert queries.board_of(session, asked(session, places[-1], domain="none")).total == 0


def test_gone_and_voided_savings_leave_the_later_season_only_or_both(session, places, lived):
    count_living(session, saving_id=lived[2], season=NEW, share=Decimal(0), now=NOW)
    assert queries.board_of(session, asked(session, places[-1])).total == Decimal(7)
    assert queries.board_of(session, asked(session, places[-1], seasons=(OLD,))).total == Decimal(100)
    uncount_saving(session, saving_id=lived[2], basis=Basis.VERIFIED)
    assert queries.board_of(session, asked(session, places[-1], seasons=())).total == Decimal(7)


def test_a_freeze_holds_the_public_copy_until_it_is_lifted(session, make, places, lived):
    official = make.holder(Role.OFFICIAL, ScopeKind.REGION, places[-1])

    def both():
        boards = [asked(session, places[-1], variant=variant) for variant in (RESTRICTED, PUBLIC)]
        return [queries.board_of(session, each).total for each in boards]

    freeze = freeze_boards(session, actor=official, region=places[-1], season=NEW, reason="公示期", now=NOW)
    count_living(session, saving_id=lived[2], season=NEW, share=Decimal("0.9"), now=NOW)
    assert both() == [Decimal(97), Decimal(67)]
    uncount_living(session, saving_id=lived[2], season=NEW)
    assert both() == [Decimal(7), Decimal(67)]
    assert living_disagreements(session) == []
    lift_freeze(session, actor=official, freeze=freeze, now=NOW)
    assert both() == [Decimal(7), Decimal(7)]
    assert session.query(LivingRow).count() == 0


def test_visitors_choose_it_and_companies_that_do_not_publish_have_no_row(client, lived, places):
    address = f"/public/boards?region={places[-1].id}&by=company&metric=energy_kgce&season={NEW}&basis=living"
    text = client.get(address).get_data(as_text=True)
    assert "持续节约" in text and "甲厂" in text
    file = client.get(address.replace("boards?", "boards/export.json?")).get_json()
    assert [row["amount"] for row in file["rows"]] == ["60.000000", "7.000000"]
    project = client.get(f"/public/boards/projects/{lived[0].id}").get_data(as_text=True)
    assert "以后年度仍有效" in project and "怎么算的？" not in project
    lived[0].company.disclosure = Disclosure.NOTHING
    hidden = client.get(address).get_data(as_text=True)
    assert "甲厂" not in hidden and "乙厂" in hidden
