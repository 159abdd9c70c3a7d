"""What a saving is computed from as things stand: readings of all its meters, factors, accuracy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.net import Effect
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Adjustment
from cp_circles.editions import queries as editions
from cp_circles.errors import msg
from cp_circles.metering.models import Meter, OwnIndicator, Reading
from cp_circles.rulesets.schema.base import Names
from cp_circles.rulesets.schema.figures import Factors, Indicators
from cp_circles.rulesets.schema.figures import Indicator as CatalogueIndicator
from cp_circles.savings import computing, measuring
from cp_circles.savings.models import MeterUse, Saving
from cp_circles.savings.models import SideEffect as SideRow
from cp_circles.savings.versions import v2026_2
from cp_circles.savings.versions.v2026_2 import Material, Stage
from cp_circles.savings.versions.v2026_3 import SideEffect

OWN = "OWN_"
OWN_GROUP = "own"
Read = Mapping[int, Sequence[Reading]]


def own_indicator(session: Session, code: str) -> OwnIndicator | None:
    """A company's own indicator by its code; None for one of the catalogue."""
    number = code.removeprefix(OWN)
    if not code.startswith(OWN) or not number.isdecimal() or len(number) > 9:
        return None
    return session.get(OwnIndicator, int(number))


def indicator_of(session: Session, code: str) -> CatalogueIndicator | None:
    """An indicator of the newest catalogue, or a company's own in the same form; None for neither."""
    own = own_indicator(session, code)
    if own is None:
        return editions.newest_pack(session, Indicators).indicator(code)
    return CatalogueIndicator(
        code=own.code,
        names=Names(zh=own.name, en=own.name),
        unit=own.unit,
        direction="higher" if own.higher_is_better else "lower",
        group=OWN_GROUP,
        kgce=own.kgce_key,
        kgco2=own.kgco2_key,
    )


def meter_ids(saving: Saving) -> list[int]:
    """Every meter that the saving rests on."""
    named = [saving.meter_id, saving.production_meter_id, *(row.meter_id for row in saving.further_meters)]
    return list(dict.fromkeys(id_ for id_ in named if id_ is not None))


def readings_of_periods(session: Session, saving: Saving) -> list[Reading]:
    """The live readings of all the saving's meters in both periods: one statement, in order."""
    spans = [
        sa.and_(Reading.starts_on >= first, Reading.ends_on <= last)
        for first, last in (
            (saving.baseline_from, saving.baseline_to),
            (saving.reporting_from, saving.reporting_to),
        )
        if first is not None and last is not None
    ]
    if not spans:
        return []
    return list(
        session.scalars(
            sa.select(Reading)
            .where(Reading.meter_id.in_(meter_ids(saving)), Reading.voided_at.is_(None), sa.or_(*spans))
            .order_by(Reading.starts_on, Reading.id)
        )
    )


def material_of(session: Session, saving: Saving) -> Material:
    """All that the saving is computed from, with reasons for what cannot be measured so."""
    indicator, own = (
        indicator_of(session, saving.indicator_code),
        own_indicator(session, saving.indicator_code),
    )
    pack = editions.pack(session, saving.project.factors_edition_id, Factors)
    factors = (
        computing.factors_for(indicator, pack, saving.supplier_factors, own) if indicator is not None else ()
    )
    unit = unit_of(indicator) if indicator is not None else saving.meter.unit if saving.meter else ""
    reads = defaultdict(list)
    for reading in readings_of_periods(session, saving):
        reads[reading.meter_id].append(reading)
    measure, refused = _measure(saving, saving.meter, MeterUse.FLOW, unit)
    driver_meters = saving.meters_as(MeterUse.DRIVER)
    baseline = _parts(saving, reads, saving.baseline_from, saving.baseline_to)
    reporting = _parts(saving, reads, saving.reporting_from, saving.reporting_to)
    return Material(
        measure=measure,
        baseline=baseline,
        reporting=reporting,
        drivers=v2026_2.driver_names(
            saving.production_meter is not None, [meter.name for meter in driver_meters]
        ),
        method=saving.method,
        direction=indicator.direction if indicator is not None else "lower",
        adjustments=tuple(Adjustment(row.quantity, row.note) for row in saving.adjustments),
        share=saving.share,
        accuracy=_accuracy(saving),
        factors=factors,
        other_direct_yuan=saving.other_direct_yuan,
        refused=(*refused, *_periods_reversed(saving)),
        discharge=_discharge(saving, reads, unit),
        equal_periods=True,
    )


def side_effects_of(session: Session, saving: Saving) -> tuple[SideEffect, ...]:
    """The side effects of a saving, each with the factors of the saving's own pack."""
    rows = list(saving.side_effects)
    if not rows:
        return ()
    pack = editions.pack(session, saving.project.factors_edition_id, Factors)
    return tuple(_side_effect(session, saving, row, pack) for row in rows)


def _side_effect(session: Session, saving: Saving, row: SideRow, pack: Factors) -> SideEffect:
    indicator = indicator_of(session, row.indicator_code)
    own = own_indicator(session, row.indicator_code)
    same = row.indicator_code == saving.indicator_code
    factors = (
        computing.factors_for(indicator, pack, saving.supplier_factors, own)
        if indicator is not None and not same
        else ()
    )
    return SideEffect(
        row.indicator_code, row.note, Effect(row.note, row.quantity, row.unit, same, factors, row.cost_yuan)
    )


def unit_of(indicator: CatalogueIndicator) -> str:
    """The unit in which an indicator is stated: steam by mass is stated as heat, as its factors are."""
    return "GJ" if indicator.energy_group and indicator.unit in measuring.MASSES else indicator.unit


def _measure(
    saving: Saving, meter: Meter | None, flow: MeterUse, unit: str
) -> tuple[measuring.Measure | None, tuple[Reason, ...]]:
    if meter is None:
        return None, (Reason(msg("Name the meter that counts the use."), {}, "meter"),)
    flows = saving.meters_as(flow)
    measure, reason = measuring.measure_for(
        meter.unit,
        unit,
        flow_unit=flows[0].unit if flows else None,
        mpa=saving.steam_mpa,
        celsius=saving.steam_celsius,
        dryness=saving.steam_dryness,
    )
    return measure, (reason,) if reason else ()


def _parts(
    saving: Saving,
    reads: Read,
    first: date | None,
    last: date | None,
    meter: Meter | None = None,
    flow: MeterUse = MeterUse.FLOW,
) -> tuple[measuring.Part, ...]:
    if first is None or last is None or saving.meter_id is None:
        return ()

    def within(meter_id: int) -> list[Reading]:
        return [row for row in reads.get(meter_id, ()) if row.starts_on >= first and row.ends_on <= last]

    flows, hours = saving.meters_as(flow), saving.meters_as(MeterUse.HOURS)
    counter = saving.production_meter_id
    return measuring.parts(
        within(meter.id if meter else saving.meter_id),
        within(counter) if counter is not None else None,
        {row.name: within(row.id) for row in saving.meters_as(MeterUse.DRIVER)},
        within(flows[0].id) if flows else None,
        within(hours[0].id) if hours else None,
    )


def _discharge(saving: Saving, reads: Read, unit: str) -> Stage | None:
    meters = saving.meters_as(MeterUse.DISCHARGE)
    if not meters:
        return None
    flow = MeterUse.DISCHARGE_FLOW if saving.meters_as(MeterUse.DISCHARGE_FLOW) else MeterUse.FLOW
    measure, _ = _measure(saving, meters[0], flow, unit)
    if measure is None:
        return None
    periods = ((saving.baseline_from, saving.baseline_to), (saving.reporting_from, saving.reporting_to))
    before, now = (_parts(saving, reads, first, last, meters[0], flow) for first, last in periods)
    return Stage(measure, before, now)


def _accuracy(saving: Saving) -> Decimal:
    meters = [saving.meter, *saving.meters_as(MeterUse.FLOW)]
    return v2026_2.together([row.accuracy for row in meters if row is not None and row.accuracy])


def _periods_reversed(saving: Saving) -> tuple[Reason, ...]:
    text = msg("The period ends on %(ends_on)s, before it starts on %(starts_on)s; exchange the two days.")
    return tuple(
        Reason(text, {"starts_on": first, "ends_on": last}, name)
        for first, last, name in (
            (saving.baseline_from, saving.baseline_to, "baseline"),
            (saving.reporting_from, saving.reporting_to, "reporting"),
        )
        if first is not None and last is not None and last < first
    )
