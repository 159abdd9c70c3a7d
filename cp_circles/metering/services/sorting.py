"""What the readings of a file mean beside those that are stored: new, there already, changed or refused."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.errors import msg
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.services.rows import Good, RowError

DAY = timedelta(days=1)
LEAVE, CORRECT = "leave", "correct"


class Stored(NamedTuple):
    """A live reading as far as a file is compared and judged with it; `value` is `shown`, if there is one."""

    starts_on: date
    ends_on: date
    value: Decimal
    id: int
    quantity: Decimal
    shown_before: Decimal | None = None
    shown: Decimal | None = None
    explained: bool = False


@dataclass
class Sorted:
    """The readings of a file by what is to be done with them; `new` are the columns of rows to insert."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[int, Good]] = field(default_factory=list)
    repeated: int = 0
    errors: list[RowError] = field(default_factory=list)


def stored_of(session: Session, meter_ids: Iterable[int]) -> dict[int, list[Stored]]:
    """The live readings of meters in order; of a running counter with what it showed: one query."""
    ids = list(meter_ids)
    found: dict[int, list[Stored]] = {meter_id: [] for meter_id in ids}
    rows = session.execute(
        sa.select(
            Reading.meter_id,
            Reading.starts_on,
            Reading.ends_on,
            Reading.quantity,
            Reading.id,
            Reading.shown_before,
            Reading.shown,
            sa.or_(Reading.turned_over, Reading.old_final.is_not(None)),
        )
        .where(Reading.meter_id.in_(ids), Reading.voided_at.is_(None))
        .order_by(Reading.meter_id, Reading.starts_on)
    )
    for meter_id, starts_on, ends_on, quantity, reading_id, before, shown, explained in rows:
        value = quantity if shown is None else shown
        found[meter_id].append(
            Stored(starts_on, ends_on, value, reading_id, quantity, before, shown, bool(explained))
        )
    return found


def sorted_out(
    good: Sequence[Good], meters: Mapping[int, Meter], stored: Mapping[int, Sequence[Stored]]
) -> Sorted:
    """Sort the readings of a file, meter by meter in the order of their days."""
    by_meter: dict[int, list[Good]] = defaultdict(list)
    for row in good:
        by_meter[row.meter_id].append(row)
    out = Sorted()
    for meter_id, rows in by_meter.items():
        rows.sort(key=lambda row: (row.starts_on, row.ends_on))
        sort = _counters if meters[meter_id].is_register else _periods
        sort(out, meters[meter_id], rows, stored.get(meter_id, ()))
    out.errors.sort(key=lambda error: (error.sheet, error.row))
    return out


def _periods(out: Sorted, meter: Meter, rows: Sequence[Good], stored: Sequence[Stored]) -> None:
    known = {(one.starts_on, one.ends_on): one for one in stored}
    at, before = 0, None
    for row in rows:
        same = known.get((row.starts_on, row.ends_on))
        if before is not None and row.starts_on <= before.ends_on:
            out.errors.append(_doubled(row, before))
            continue
        if same is not None:
            before = row
            if same.value == row.value:
                out.repeated += 1
            else:
                out.changed.append((same.id, row))
            continue
        while at < len(stored) and stored[at].ends_on < row.starts_on:
            at += 1
        if at < len(stored) and stored[at].starts_on <= row.ends_on:
            text = msg(
                "This meter has a reading from %(starts_on)s to %(ends_on)s already; "
                "correct that one instead."
            )
            values = {"starts_on": str(stored[at].starts_on), "ends_on": str(stored[at].ends_on)}
            out.errors.append(RowError(row.sheet, row.row, "from", text, values))
            continue
        before = row
        out.new.append(_row(row, row.starts_on, row.value))


def _doubled(row: Good, before: Good) -> RowError:
    text = msg("Row %(row)s of this file has the same meter and shares days with this one; keep one of them.")
    return RowError(row.sheet, row.row, "from", text, {"row": before.row})


def _counters(out: Sorted, meter: Meter, rows: Sequence[Good], stored: Sequence[Stored]) -> None:
    known = {one.ends_on: one for one in stored}
    since, shown_before = meter.first_read_on, meter.first_shown
    if stored:
        since, shown_before = stored[-1].ends_on, stored[-1].value
    full, day = meter.turns_over_at, None
    for row in sorted(rows, key=lambda row: row.ends_on):
        if since is None or shown_before is None:
            text = msg("This counter has no first value; ask the department to note it.")
            out.errors.append(RowError(row.sheet, row.row, "meter", text))
        elif day is not None and row.ends_on == day.ends_on:
            out.errors.append(_doubled(row, day))
        elif full is not None and row.value >= full:
            text = msg("With %(digits)s digits the counter cannot show this value.")
            out.errors.append(RowError(row.sheet, row.row, row.column, text, {"digits": meter.digits}))
        elif row.ends_on in known:
            day, same = row, known[row.ends_on]
            if same.value == row.value:
                out.repeated += 1
            else:
                out.changed.append((same.id, row))
        elif row.ends_on <= since:
            text = msg(
                "This counter was read on %(date)s; a new reading comes after it. Correct that one instead."
            )
            out.errors.append(RowError(row.sheet, row.row, "to", text, {"date": str(since)}))
        else:
            step = max(Decimal(0), row.value - shown_before)
            used = round_half_up(to_fraction(step) * to_fraction(meter.multiplier), 6)
            counted = {"shown": row.value, "shown_before": shown_before}
            out.new.append(_row(row, since + DAY, used) | counted)
            since, shown_before, day = row.ends_on, row.value, row


def _row(row: Good, starts_on: date, quantity: Decimal) -> dict[str, Any]:
    return {
        "meter_id": row.meter_id,
        "starts_on": starts_on,
        "ends_on": row.ends_on,
        "quantity": quantity,
        "note": row.note,
        "shown": None,
        "shown_before": None,
    }
