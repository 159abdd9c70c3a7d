"""A meter comes under another one only where verified savings go on counting once."""

from decimal import Decimal

import pytest

from cp_circles.errors import Invalid
from cp_circles.metering import services as metering
from cp_circles.people.models import Role, ScopeKind
from cp_circles.savings import guarding
from tests.conftest import NOW
from tests.savings.test_guard import claimed, main_meter, other, verified


@pytest.fixture
def apart(session, make):
    """Two claims at a main meter and at a meter that does not stand under it yet, and who may move it."""
    first = make.mv_1()
    above = main_meter(session, make, first)
    first.meter.parent_id = None
    second = other(session, make, first, above)
    return first, second, make.holder(Role.METERING, ScopeKind.COMPANY, first.project.company)


def move(session, meter, parent, actor):
    """Put a meter under another."""
    metering.move_meter(session, actor=actor, meter=meter, parent=parent, reason="线路核对", now=NOW)


def test_a_move_that_counts_a_verified_saving_twice_is_refused_and_names_both(session, make, apart):
    first, second, actor = apart
    verified(session, make, first)
    verified(session, make, second)
    with pytest.raises(Invalid) as refusal:
        move(session, first.meter, second.meter, actor)
    assert refusal.value.field == "parent"
    claims = refusal.value.values["claims"]
    assert first.project.number in claims and second.project.number in claims and "100 %" in claims
    assert first.meter.parent_id is None and guarding.violations(session) == []


def test_the_meter_moves_while_one_of_the_two_is_not_verified(session, make, apart):
    first, second, actor = apart
    verified(session, make, first)
    claimed(session, make, second)
    move(session, first.meter, second.meter, actor)
    assert first.meter.parent_id == second.meter_id


def test_the_meter_moves_where_the_two_share_the_saving(session, make, apart):
    first, second, actor = apart
    first.share, second.share = Decimal("0.6"), Decimal("0.4")
    verified(session, make, first)
    verified(session, make, second)
    move(session, first.meter, second.meter, actor)
    assert first.meter.parent_id == second.meter_id and guarding.violations(session) == []
