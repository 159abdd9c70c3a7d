"""Counting beside what moves the same rows: freezes that are lifted, savings that live on, the very first one."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.db.engine import Sessions
from cp_circles.ledger import checking, living, queries, services
from cp_circles.ledger.models import Basis, BoardFreeze, LedgerRow, LivingTotal
from cp_circles.organisations.models import Region
from cp_circles.people.models import Role
from tests.conftest import NOW
from tests.crosswise import acting, held
from tests.ledger.test_turns import count_one, places

__all__ = ["acting", "places"]
AMOUNT = Decimal(100)


def whole(session):
    """True if everything above the ledger is what the ledger says."""
    session.rollback()
    session.expire_all()
    found = queries.ledger_disagreements(session), checking.total_disagreements(session)
    return found == ([], []) and living.living_disagreements(session) == []


@pytest.fixture
def counted(session, places):
    """The places, the saving of the first of which counts already."""
    count_one(session, places[0], 1, AMOUNT)
    session.commit()
    return places


def test_a_saving_taken_back_while_a_freeze_is_lifted_leaves_nothing(engine, session, make, places, acting):
    administrator = make.holder(Role.ADMINISTRATOR)
    region = session.get(Region, int(places[0].path.strip("/").split("/")[0]))
    said = {"actor": administrator, "now": NOW}
    freeze = services.freeze_boards(session, region=region, season=2026, reason="示例", **said)
    count_one(session, places[0], 1, AMOUNT)
    session.commit()
    number = freeze.id
    session.commit()
    with Sessions(engine).writing() as own:
        services.lift_freeze(own, freeze=own.get_one(BoardFreeze, number), **said)
        taking = acting(lambda other: services.uncount_saving(other, saving_id=1, basis=Basis.VERIFIED))
        own.commit()
    taking.result(30)
    assert whole(session)
    assert session.scalar(sa.select(sa.func.count(LedgerRow.id))) == 0


def test_one_saving_stops_to_live_on_while_another_one_begins(engine, session, counted, acting):
    first, second = counted[:2]
    living.count_living(session, saving_id=1, season=2027, share=Decimal(1), now=NOW)
    session.commit()

    def begin(other):
        count_one(other, second, 3, AMOUNT)
        living.count_living(other, saving_id=3, season=2027, share=Decimal(1), now=NOW)

    with held(engine, f"ledger:{first.company % 64}"):
        taking = acting(lambda other: services.uncount_saving(other, saving_id=1, basis=Basis.VERIFIED))
        beginning = acting(begin)
    assert (taking.result(30), beginning.result(30)) == (None, None)
    assert whole(session)
    wanted = sa.select(LivingTotal.amount).filter_by(scope_kind="project", season=2027, currency="CNY")
    assert sorted(session.scalars(wanted)) == [0, AMOUNT]


def test_the_first_two_savings_of_all_count_at_once(engine, session, places, acting):
    with Sessions(engine).writing() as own:
        count_one(own, places[0], 1, AMOUNT)
        other = acting(lambda session: count_one(session, places[1], 2, AMOUNT))
        own.commit()
    other.result(30)
    assert whole(session)
