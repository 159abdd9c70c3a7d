"""A counter that is replaced or reset is declared when it happens; the old readings keep their meaning."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.metering import queries, services
from cp_circles.metering.models import Reading
from cp_circles.metering.queries import findings as found
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

FEBRUARY, MARCH = date(2026, 2, 28), date(2026, 3, 31)


@pytest.fixture
def keeper(make):
    """A metering verifier with a running counter of 6 digits that showed 1,000 at the end of January."""
    meter = make.register()
    return make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter


def change(day=FEBRUARY, old=1300, new=20, **facts):
    """A change at ten in the morning of a day."""
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return services.Change(at, day, Decimal(old), Decimal(new), **facts)


def swap(session, keeper, one=None, note="电工更换", **facts):
    """Declare a change."""
    actor, meter = keeper
    facts = {"actor": actor, "meter": meter, "change": one or change(), "note": note, "now": NOW} | facts
    return services.replace_counter(session, **facts)


def show(session, keeper, day, shown, **facts):
    """Record what the counter shows."""
    actor, meter = keeper
    return services.record_shown(
        session, actor=actor, meter=meter, read_on=day, shown=Decimal(shown), now=NOW, **facts
    )


def test_the_old_counter_counts_to_its_end_and_the_new_one_from_its_start(session, keeper):
    reading = swap(session, keeper)
    assert (reading.quantity, reading.shown, reading.old_final) == (300, 20, 1300)
    assert reading.changed_at == datetime(2026, 2, 28, 2, tzinfo=UTC)
    assert show(session, keeper, MARCH, 120).quantity == 100
    assert [one.id for one in found.changes_of(session, keeper[1].id)] == [reading.id]
    assert not found.findings_of(session, keeper[1].id)


def test_on_a_day_that_was_read_the_reading_gets_a_new_version(session, keeper):
    first = show(session, keeper, FEBRUARY, 1250)
    second = swap(session, keeper)
    assert first.voided_at is not None and second.replaces_id == first.id
    assert (second.quantity, second.starts_on, second.ends_on) == (300, first.starts_on, FEBRUARY)
    with pytest.raises(DomainError):
        swap(session, keeper, change(old=1400))


def test_the_same_sending_stores_once(session, keeper):
    assert swap(session, keeper, send_key="k").id == swap(session, keeper, send_key="k").id


def test_new_digits_leave_what_the_old_counter_meant(session, make):
    meter = make.register(first_shown="999900")
    keeper = make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter
    turned = show(session, keeper, FEBRUARY, 150, turned_over=True)
    swap(session, keeper, change(MARCH, old=200, new=0, digits=8))
    assert (meter.digits, turned.quantity) == (8, 250)
    corrected = services.correct_shown(
        session, actor=keeper[0], reading=turned, shown=Decimal(160), reason="误读", now=NOW
    )
    assert corrected.quantity == 260


@pytest.mark.parametrize(
    ("one", "note", "field"),
    [
        (change(date(2026, 1, 30)), "x", "changed_on"),
        (change(date(2026, 1, 31)), "x", "changed_on"),
        (change(date(2027, 1, 31)), "x", "changed_at"),
        (change(old=900), "x", "old_final"),
        (change(old=1_000_000), "x", "old_final"),
        (change(new=1_000_000), "x", "new_start"),
        (change(new=-1), "x", "new_start"),
        (change(digits=2), "x", "digits"),
        (change(), " ", "note"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(session, keeper, one, note, field):
    with pytest.raises(Invalid) as refusal:
        swap(session, keeper, one, note)
    assert refusal.value.field == field
    assert session.query(Reading).count() == 0 and keeper[1].digits == 6


def test_a_day_that_was_read_refuses_an_end_below_what_was_read(session, keeper):
    show(session, keeper, FEBRUARY, 1350)
    with pytest.raises(Invalid) as refusal:
        swap(session, keeper)
    assert refusal.value.field == "old_final"
    assert queries.last_reading(session, keeper[1].id).shown == 1350


def test_a_meter_read_by_period_one_out_of_use_and_a_foreign_one(session, make, keeper):
    actor, meter = keeper
    by_period = make.meter(meter.company)
    with pytest.raises(DomainError):
        swap(session, (actor, by_period))
    meter.active = False
    with pytest.raises(DomainError):
        swap(session, keeper)
    with pytest.raises(NotFound):
        swap(session, (actor, make.register()))


def test_it_is_declared_on_the_meters_page(session, make, client):
    meter = make.register(make.project().circle.company, name="累计表")
    verifier = make.person(email="m@example.com")
    make.employed(meter.company, verifier)
    make.grant(verifier, Role.METERING, ScopeKind.COMPANY, meter.company)
    session.commit()
    client.enter(verifier)
    address = f"/meters/{meter.id}/replace"
    assert client.get(address).status_code == 200
    form = {"old_final": "1300", "new_start": "20", "changed_on": "2026-02-28", "changed_at": "10:00"}
    form |= {"note": "电工更换", "digits": "", "send_key": "k"}
    refused = client.send(address, form | {"old_final": "900"})
    assert refused.status_code == 422 and "1,000" in refused.text
    assert client.send(address, form | {"changed_at": "x"}).status_code == 422
    assert client.send(address, form).status_code == 302
    page = client.get(f"/meters/{meter.id}").text
    assert "电工更换" in page and "1,300" in page
    assert client.get(f"/meters/{make.meter(meter.company).id}/replace").status_code in (302, 404)
