"""A joint circle's saving counts to several companies; merged companies count as one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cp_circles.calc.sharing import parts_of
from cp_circles.ledger import queries, services
from cp_circles.ledger.living import count_living, living_by_season, living_disagreements
from cp_circles.ledger.models import Basis
from cp_circles.ledger.moving import move_company, shared_elsewhere
from tests.conftest import NOW
from tests.ledger import totals
from tests.ledger.test_services import YUAN, countable

SHARES = st.lists(st.integers(0, 1000), min_size=1, max_size=5).filter(lambda rows: sum(rows) > 0)


@given(amount=st.decimals(0, 10**6, places=2), weights=SHARES)
def test_parts_add_up_exactly_and_none_is_below_zero(amount, weights):
    whole = Decimal(sum(weights))
    shares = [(Decimal(one) / whole).quantize(Decimal("0.000001")) for one in weights[1:]]
    shares.insert(0, 1 - sum(shares, Decimal(0)))
    if shares[0] < 0:
        return
    parts = parts_of(amount, shares, 2)
    assert sum(parts) == amount and min(parts) >= 0
    assert all(
        abs(part - amount * share) <= Decimal("0.01") for part, share in zip(parts, shares, strict=True)
    )


@pytest.mark.parametrize("shares", [["0.5", "0.4"], ["1.2", "-0.2"]])
def test_shares_that_are_not_the_whole_are_refused(shares):
    with pytest.raises(ValueError, match="add up"):
        parts_of(Decimal(10), [Decimal(one) for one in shares], 2)


def shared(home, other, share="0.3", **facts):
    """A saving of 100.01 yuan of which the other company has a share."""
    rest = 1 - Decimal(share)
    shares = tuple(
        services.CompanyShare(row.id, row.region.path, row.industry_id, part)
        for row, part in ((home, rest), (other, Decimal(share)))
    )
    return countable(home, amount="100.01", shares=shares, **facts)


def test_each_company_has_its_share_and_children_make_the_parent(session, make):
    home, other = make.company(), make.company()
    services.count_saving(session, shared(home, other), basis=Basis.VERIFIED, now=NOW)
    services.count_saving(session, shared(home, other), basis=Basis.VERIFIED, now=NOW)
    assert totals.total_of(session, YUAN, "company", home.id) == Decimal("70.01")
    assert totals.total_of(session, YUAN, "company", other.id) == Decimal("30.00")
    assert totals.total_of(session, YUAN, "circle", home.id * 10) == Decimal("100.01")
    for row, amount in ((home, "70.01"), (other, "30.00")):
        below = totals.totals_by_scope(session, YUAN, "circle", parent_id=row.id)
        assert below == {home.id * 10: Decimal(amount)}
        assert totals.total_of(session, YUAN, "region", row.region_id) == Decimal(amount)
    assert queries.ledger_disagreements(session) == []
    services.count_saving(session, countable(home, amount="100.01"), basis=Basis.VERIFIED, now=NOW)
    assert totals.total_of(session, YUAN, "company", other.id) == 0
    services.uncount_saving(session, saving_id=1, basis=Basis.VERIFIED)
    assert queries.rows_of_saving(session, 1, Basis.VERIFIED) == {}
    assert queries.ledger_disagreements(session) == []


def test_a_merged_company_counts_as_one_row_and_regions_stay(session, make):
    nation, _, _, county = make.places()
    home, other, third = make.company(county), make.company(county), make.company()
    services.count_saving(session, shared(home, other), basis=Basis.VERIFIED, now=NOW)
    services.count_saving(session, countable(other, 2, "9.00"), basis=Basis.VERIFIED, now=NOW)
    services.count_saving(session, countable(third, 3, "5.00"), basis=Basis.VERIFIED, now=NOW)
    count_living(session, saving_id=1, season=2027, share=Decimal("0.5"), now=NOW)
    places = [county.id, third.region_id, nation.id]
    before = [totals.total_of(session, YUAN, "region", id_) for id_ in places]
    living = living_by_season(session, company_id=home.id) + living_by_season(session, company_id=other.id)
    assert shared_elsewhere(session, home.id, other.id) == []
    assert move_company(session, before=other.id, after=home.id) == 6
    assert move_company(session, before=third.id, after=home.id) == 2
    assert [totals.total_of(session, YUAN, "region", id_) for id_ in places] == before
    assert totals.total_of(session, YUAN, "company", home.id) == Decimal("114.01")
    assert totals.totals_by_scope(session, YUAN, "company", parent_id=third.region_id) == {
        home.id: Decimal("5.00")
    }
    assert sorted(totals.totals_by_scope(session, YUAN, "circle", parent_id=home.id).values()) == [
        Decimal("5.00"), Decimal("9.00"), Decimal("100.01")
    ]  # fmt: skip
    assert queries.ledger_disagreements(session) == [] == living_disagreements(session)
    whole = totals.living_total(
        session, metric="direct_yuan", season=2027, scope_kind="company", scope_id=home.id, currency="CNY"
    )
    assert whole == sum(row[3] for row in living if row[1] == "direct_yuan")
