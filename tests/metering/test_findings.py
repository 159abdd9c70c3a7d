"""What looks wrong at readings: found on arrival, settled by a person, never changed by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, Invalid, NotFound
from cp_circles.metering import queries, services
from cp_circles.metering.models import MeterKind, Reading, ReadingFinding, Resolution
from cp_circles.metering.queries import findings as found
from cp_circles.metering.services import Counter
from cp_circles.notices.models import Task
from cp_circles.people.models import Role, ScopeKind
from cp_circles.savings import services as savings
from tests.conftest import NOW

USUAL = [100, 104, 98, 101, 97, 103, 99]


def month(number):
    """First and last day of a month, counted from January 2025."""
    first = date(2025 + number // 12, number % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, following - timedelta(days=1)


@pytest.fixture
def keeper(make):
    """A metering verifier with a company's meter."""
    meter = make.meter()
    return make.holder(Role.METERING, ScopeKind.COMPANY, meter.company), meter


def log(session, actor, meter, values, first=0):
    """A reading a month; None is left out."""
    rows = []
    for number, value in enumerate(values, start=first):
        if value is not None:
            starts_on, ends_on = month(number)
            rows.append(
                services.record_reading(
                    session,
                    actor=actor,
                    meter=meter,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    quantity=Decimal(str(value)),
                    now=NOW,
                )
            )
    return rows


def open_kinds(session, meter):
    """What waits at a meter."""
    return [one.kind for one in found.open_findings(session, [meter.id])]


def only(session, meter):
    """The one finding that waits."""
    (one,) = found.open_findings(session, [meter.id])
    return one


def settle(session, actor, act, finding, **facts):
    """Settle a finding."""
    return act(session, actor=actor, finding=finding, now=NOW, **{"reason": "查过现场", **facts})


@pytest.mark.parametrize(("value", "kind"), [(100_000, "scale"), (300, "spike"), (0, "zero")])
def test_a_wrong_value_is_found_when_it_arrives_and_stays_as_it_is(session, keeper, value, kind):
    actor, meter = keeper
    rows = log(session, actor, meter, [*USUAL, value])
    assert open_kinds(session, meter) == [kind]
    assert rows[-1].quantity == value
    assert only(session, meter).values.get("value", f"{value:,}") == f"{value:,}"


def test_the_department_and_the_logger_are_asked_until_it_is_settled(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [*USUAL, 300])
    tasks = session.scalars(
        sa.select(Task).where(Task.subject_kind == "meters", Task.done_at.is_(None))
    ).all()
    assert {(task.role, task.person_id) for task in tasks} == {
        (Role.DEPARTMENT, None),
        (None, actor.person_id),
    }
    assert {task.url for task in tasks} == {f"/meters/{meter.id}#findings"}
    settle(session, actor, services.accept_finding, only(session, meter))
    assert all(task.done_at for task in tasks)


def test_an_accepted_finding_keeps_who_and_why_and_does_not_come_back(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [*USUAL, 300])
    one = only(session, meter)
    settle(session, actor, services.accept_finding, one, reason="大修后试车")
    log(session, actor, meter, [101], first=8)
    assert open_kinds(session, meter) == []
    assert (one.resolution, one.reason, one.resolved_by_id) == (
        Resolution.ACCEPTED,
        "大修后试车",
        actor.person_id,
    )


def test_a_decision_needs_a_reason_and_is_taken_once(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [*USUAL, 300])
    one = only(session, meter)
    with pytest.raises(Invalid) as refusal:
        settle(session, actor, services.accept_finding, one, reason=" ")
    assert refusal.value.field == "reason" and one.is_open
    settle(session, actor, services.accept_finding, one)
    with pytest.raises(DomainError):
        settle(session, actor, services.ignore_period, one)


def test_people_of_another_company_have_no_such_finding(session, make, keeper):
    actor, meter = keeper
    log(session, actor, meter, [*USUAL, 300])
    stranger = make.holder(Role.METERING, ScopeKind.COMPANY, make.company())
    with pytest.raises(NotFound):
        settle(session, stranger, services.accept_finding, only(session, meter))
    assert only(session, meter).is_open


def test_a_correction_makes_a_new_version_and_closes_the_finding(session, keeper):
    actor, meter = keeper
    old = log(session, actor, meter, [*USUAL, 100_000])[-1]
    one = only(session, meter)
    new = services.correct_reading(
        session, actor=actor, reading=old, quantity=Decimal(100), reason="单位错", now=NOW
    )
    assert (one.resolution, one.result_id) == (Resolution.CORRECTED, new.id)
    assert [row.id for row in found.versions_of(session, new)] == [old.id, new.id]
    assert old.quantity == 100_000 and old.voided_at is not None
    assert open_kinds(session, meter) == []


def test_missing_months_are_a_gap_that_the_late_reading_closes(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [100, 104, None, 101])
    assert open_kinds(session, meter) == ["gap"]
    log(session, actor, meter, [98], first=2)
    (one,) = session.scalars(sa.select(ReadingFinding))
    assert one.resolution is Resolution.GONE


def test_a_gap_is_filled_with_marked_estimates(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [100, 104, None, None, 97])
    one = only(session, meter)
    rows = settle(session, actor, services.fill_gap, one, way="around")
    assert [row.starts_on for row in rows] == [date(2025, 3, 1), date(2025, 4, 1)]
    assert all(row.estimated_how and row.source == "estimate" for row in rows)
    assert (one.resolution, one.result_id) == (Resolution.FILLED, rows[0].id)
    assert open_kinds(session, meter) == []


def test_an_estimate_that_the_readings_do_not_allow_is_refused(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [100, None, 97])
    with pytest.raises(Invalid) as refusal:
        settle(session, actor, services.fill_gap, only(session, meter), way="last_year")
    assert refusal.value.field == "way"
    with pytest.raises(Invalid) as refusal:
        settle(session, actor, services.fill_gap, only(session, meter), way="stated")
    assert refusal.value.field == "stated"
    assert len(queries.readings_of(session, meter)) == 2 and only(session, meter).is_open


def test_a_period_left_out_is_taken_back_and_its_gap_needs_no_second_decision(session, keeper):
    actor, meter = keeper
    rows = log(session, actor, meter, [*USUAL[:3], 300, *USUAL[3:]])
    one = only(session, meter)
    settle(session, actor, services.ignore_period, one)
    assert rows[3].voided_at is not None and one.resolution is Resolution.IGNORED
    assert open_kinds(session, meter) == []


def test_a_gap_cannot_be_confirmed_as_true(session, keeper):
    actor, meter = keeper
    log(session, actor, meter, [100, None, 97])
    with pytest.raises(DomainError):
        settle(session, actor, services.accept_finding, only(session, meter))


@pytest.fixture
def counter(session, keeper):
    """A running counter of four digits that stood at 9,700 and fell in a file."""
    from cp_circles.metering.sheets import sheets_of_file

    actor, like = keeper
    meter = services.add_meter(
        session,
        actor=actor,
        company=like.company,
        name="示例总表",
        boundary="",
        indicator="ELEC",
        unit="kWh",
        counter=Counter(Decimal(9700), date(2024, 12, 31), digits=4),
        now=NOW,
    )
    content = "表计,日期,示数\n示例总表,2025-01-31,9800\n示例总表,2025-02-28,9900\n示例总表,2025-03-31,20\n"
    report = services.import_readings(
        session,
        actor=actor,
        company=like.company,
        sheets=sheets_of_file(content.encode()),
        good_rows_only=False,
        now=NOW,
    )
    assert (report.stored, report.findings) == (3, 1)
    return actor, meter


def test_a_counter_that_fell_in_a_file_has_no_use_until_it_is_declared(session, counter):
    actor, meter = counter
    assert meter.kind is MeterKind.REGISTER
    one = only(session, meter)
    assert (one.kind, one.reading.quantity) == ("rollover", 0)
    new = settle(session, actor, services.declare_fall, one, turned_over=True)
    assert new.quantity == 120 and new.replaces_id == one.reading_id
    assert (one.resolution, one.result_id) == (Resolution.DECLARED, new.id)
    assert open_kinds(session, meter) == []


def test_a_replaced_counter_is_declared_with_both_values(session, counter):
    actor, meter = counter
    one = only(session, meter)
    with pytest.raises(Invalid) as refusal:
        settle(session, actor, services.declare_fall, one)
    assert refusal.value.field == "old_final" and one.is_open
    new = settle(session, actor, services.declare_fall, one, old_final=Decimal(9950), new_start=Decimal(5))
    assert new.quantity == 65


def test_a_fall_is_neither_accepted_nor_left_out(session, counter):
    actor, meter = counter
    for act in (services.accept_finding, services.ignore_period):
        with pytest.raises(DomainError):
            settle(session, actor, act, only(session, meter))


def test_open_findings_and_too_many_estimates_are_reasons_against_a_claim(session, make, keeper):
    actor, meter = keeper
    log(session, actor, meter, [*USUAL, 300])
    year = [(date(2025, 1, 1), date(2025, 12, 31))]
    (reason,) = found.claim_reasons(session, [meter.id], year)
    assert "far from its neighbours" in reason.msgid
    assert found.claim_reasons(session, [meter.id], [(date(2025, 1, 1), date(2025, 6, 30))]) == ()
    settle(session, actor, services.accept_finding, only(session, meter))
    other = make.meter(meter.company)
    for number in range(4):
        make.reading(other, *month(number), 100, estimated_how="x" if number < 2 else "")
    (reason,) = found.claim_reasons(session, [other.id], year)
    assert (reason.values["count"], reason.values["all"]) == (2, 4)


def test_a_claim_on_doubtful_readings_is_refused_with_the_list(session, make):
    saving = make.mv_1()
    make.finding(session.scalars(sa.select(Reading).where(Reading.meter_id == saving.meter_id)).first())
    leader = make.actor(saving.project.circle.leader.person)
    with pytest.raises(savings.DataDoNotCarry) as refusal:
        savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    assert [reason.msgid for reason in refusal.value.reasons] == ["It looks wrong."]
    assert saving.claim is None


def test_a_meter_is_renamed_and_put_under_its_main_meter(session, make, keeper):
    actor, meter = keeper
    main = make.meter(meter.company)

    def edit(row, parent, name=None):
        return services.edit_meter(
            session,
            actor=actor,
            meter=row,
            name=name or row.name,
            boundary="",
            parent=parent,
            reason="核对图纸",
            now=NOW,
        )

    assert edit(meter, main, "新名称").parent_id == main.id
    with pytest.raises(Invalid) as refusal:
        edit(main, meter)
    assert refusal.value.field == "parent"
    with pytest.raises(Invalid):
        edit(meter, make.meter(meter.company, "WATER", "m3"))
    with pytest.raises(Invalid):
        edit(meter, make.meter(make.company()))
    with pytest.raises(Invalid) as refusal:
        edit(main, None, "新名称")
    assert refusal.value.field == "name"
    assert session.get(Reading, 0) is None
