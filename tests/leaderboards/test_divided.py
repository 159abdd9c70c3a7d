"""Per head and per output as the database divides: the very amounts of `calc.boards`, halves and signs included."""

import random
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.calc import boards
from cp_circles.db.base import MONEY, QUANTITY, Exact
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import RESTRICTED, Asked, Scope
from cp_circles.leaderboards.queries.divided import LEAST, MOST, measured
from cp_circles.leaderboards.queries.paging import ranking_of

HALVES = ("0.03", "-0.03", "0.000003", "9000000000000", "-1", "0.045", "12345.678901")


def asked(session, region, per):
    metric = queries.vocabulary(session).metric("energy_kgce")
    return Asked(Scope(region), "company", metric, (2026,), per=per, variant=RESTRICTED)


def chosen():
    """Amounts and sizes at random and at the edges."""
    chance = random.Random(7)
    amounts = [Decimal(text) for text in HALVES]
    amounts += [Decimal(chance.randint(-(10**15), 10**15)).scaleb(-QUANTITY) for _ in range(20)]
    outputs = [LEAST, MOST, Decimal("60000"), Decimal("30000.07")]
    for amount in amounts:
        yield amount, chance.choice((1, 2, 3, 6, 200, 2**31 - 1)), chance.choice(outputs)


@pytest.mark.parametrize("per", ["head", "output"])
def test_a_quotient_is_that_of_the_exact_computation(session, make, per):
    make.rulesets()
    board = asked(session, make.places()[-1], per)
    for amount, heads, output in chosen():
        size = sa.literal(heads if per == "head" else int(output.scaleb(MONEY)), sa.BigInteger)
        found = session.scalar(sa.select(measured(board, sa.literal(amount, Exact(QUANTITY)), size)))
        exact = boards.per_head(amount, heads) if per == "head" else boards.per_10000_yuan(amount, output)
        assert str(found) == str(exact), (amount, heads, output)


@pytest.mark.parametrize("output", ["9999.99", "1E+15"])
def test_an_output_beyond_what_64_bits_divide_is_worked_out_in_the_process(
    session, count, project_in, make, output
):
    county = make.places()[-1]
    count(project_in(county, name="甲厂", output_yuan=Decimal(output)), 5_000_000)
    count(project_in(county, name="乙厂", output_yuan=Decimal("20000")), 5)
    board = asked(session, county, "output")
    assert ranking_of(session, board) is None
    page = queries.board_page(session, board)
    assert sorted(place.competitor.name for place in page.places) == ["乙厂", "甲厂"]
