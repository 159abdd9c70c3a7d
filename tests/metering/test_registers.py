"""Running counters: the use is the difference; falls are declared, never guessed."""

from datetime import date
from decimal import Decimal

import pytest

from cp_circles.errors import DomainError, Invalid
from cp_circles.metering import queries, services
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

FEBRUARY, MARCH, APRIL = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)


@pytest.fixture
def keeper(make):
    """A metering verifier with a running counter of 6 digits that showed 1,000 at the end of January."""
    meter = make.register()
    return make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter


def show(session, keeper, read_on, shown, **facts):
    """Record what the counter shows."""
    actor, meter = keeper
    facts = {"read_on": read_on, "shown": Decimal(shown), "now": NOW} | facts
    return services.record_shown(session, actor=actor, meter=meter, **facts)


def test_the_use_is_the_difference_over_the_days_since(session, keeper):
    first = show(session, keeper, FEBRUARY, 1500)
    second = show(session, keeper, MARCH, "1750.5")
    assert (first.starts_on, first.ends_on, first.quantity) == (date(2026, 2, 1), FEBRUARY, 500)
    assert (second.starts_on, second.quantity) == (date(2026, 3, 1), Decimal("250.5"))


def test_a_transformer_multiplies_the_difference(session, make):
    meter = make.register(multiplier=Decimal(40))
    keeper = make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter
    assert show(session, keeper, FEBRUARY, 1010).quantity == 400


def test_a_counter_that_turned_over_counts_on(session, make):
    meter = make.register(first_shown="999900")
    keeper = make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter
    assert show(session, keeper, FEBRUARY, 150, turned_over=True).quantity == 250


def test_a_replaced_counter_counts_both(session, keeper):
    reading = show(session, keeper, FEBRUARY, 120, old_final=Decimal(1300), new_start=Decimal(20))
    assert (reading.quantity, reading.old_final, reading.new_start) == (400, 1300, 20)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"shown": Decimal(900)}, "shown"),
        ({"shown": Decimal(1000000)}, "shown"),
        ({"shown": Decimal(-1)}, "shown"),
        ({"shown": Decimal(1200), "turned_over": True}, "happened"),
        ({"shown": Decimal(50), "turned_over": True, "old_final": Decimal(1100)}, "happened"),
        ({"shown": Decimal(50), "old_final": Decimal(900)}, "old_final"),
        ({"shown": Decimal(50), "old_final": Decimal(1100), "new_start": Decimal(60)}, "new_start"),
        ({"read_on": date(2026, 1, 31)}, "read_on"),
        ({"read_on": date(2027, 1, 31)}, "read_on"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(session, keeper, facts, field):
    facts = {"read_on": FEBRUARY, "shown": Decimal(1500)} | facts
    with pytest.raises(Invalid) as refusal:
        show(session, keeper, facts.pop("read_on"), facts.pop("shown"), **facts)
    assert refusal.value.field == field
    assert queries.readings_of(session, keeper[1]) == []


def test_a_correction_counts_the_following_reading_anew(session, keeper):
    first = show(session, keeper, FEBRUARY, 1600)
    second = show(session, keeper, MARCH, 1900)
    corrected = services.correct_shown(
        session, actor=keeper[0], reading=first, shown=Decimal(1500), reason="抄错一位", now=NOW
    )
    rows = queries.readings_of(session, keeper[1])
    assert [(row.quantity, row.shown) for row in rows] == [(400, 1900), (500, 1500)]
    assert [row.replaces_id for row in rows] == [second.id, first.id]
    assert corrected.note == "抄错一位" and first.voided_at == second.voided_at == NOW


def test_a_correction_over_a_bound_reading_is_refused(session, keeper):
    first = show(session, keeper, FEBRUARY, 1600)
    second = show(session, keeper, MARCH, 1900)
    services.bind_readings(session, [second], 1)
    with pytest.raises(services.ReadingIsBound):
        services.correct_shown(
            session, actor=keeper[0], reading=first, shown=Decimal(1500), reason="抄错", now=NOW
        )
    assert first.voided_at is None


def test_only_the_newest_reading_of_a_counter_is_taken_back(session, keeper):
    first = show(session, keeper, FEBRUARY, 1600)
    second = show(session, keeper, MARCH, 1900)
    with pytest.raises(DomainError, match="newest"):
        services.void_reading(session, actor=keeper[0], reading=first, reason="误填", now=NOW)
    services.void_reading(session, actor=keeper[0], reading=second, reason="误填", now=NOW)
    assert show(session, keeper, APRIL, 2000).quantity == 400


def test_each_kind_of_meter_takes_its_own_kind_of_reading(session, make, keeper):
    actor, meter = keeper
    with pytest.raises(Invalid, match="running counter"):
        services.record_reading(
            session, actor=actor, meter=meter, starts_on=date(2026, 2, 1), ends_on=FEBRUARY,
            quantity=Decimal(5), now=NOW,
        )  # fmt: skip
    assert queries.readings_of(session, meter) == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"digits": 2}, "digits"),
        ({"multiplier": Decimal(0)}, "multiplier"),
        ({"first_shown": Decimal(-1)}, "first_shown"),
        ({"first_shown": Decimal(1000), "digits": 3}, "first_shown"),
    ],
)
def test_a_counter_that_cannot_be_is_not_added(session, make, facts, field):
    company = make.company()
    actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    counter = services.Counter(**({"first_shown": Decimal(5), "first_read_on": FEBRUARY} | facts))
    with pytest.raises(Invalid) as refusal:
        services.add_meter(
            session, actor=actor, company=company, name="电表", boundary="", indicator="ELEC", unit="kWh",
            counter=counter, now=NOW,
        )  # fmt: skip
    assert refusal.value.field == field
    assert queries.meters_of(session, company.id) == []


@pytest.mark.parametrize("key", ["AIR 2", "M12", "m7", "表一", "x" * 41])
def test_a_key_must_be_one(session, make, key):
    company = make.company()
    actor = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    with pytest.raises(Invalid) as refusal:
        services.add_meter(
            session, actor=actor, company=company, name="电表", boundary="", indicator="ELEC", unit="kWh",
            key=key, now=NOW,
        )  # fmt: skip
    assert refusal.value.field == "key"


def test_a_fall_is_told_with_the_figure_as_it_stands_on_the_counter(session, keeper):
    show(session, keeper, date(2026, 2, 28), "7020")
    with pytest.raises(Invalid) as refusal:
        show(session, keeper, date(2026, 3, 31), "6000")
    assert refusal.value.values["before"] == "7,020"
