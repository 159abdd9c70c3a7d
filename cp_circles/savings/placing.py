"""Whether a meter may come under another one without verified savings counting twice."""

from dataclasses import replace

from sqlalchemy.orm import Session

from cp_circles.errors import Invalid, msg
from cp_circles.metering.models import Meter
from cp_circles.metering.services import check_places
from cp_circles.savings.guarding import find_warnings, neutral_label, standing_savings, surroundings
from cp_circles.savings.models import Saving, SavingState


class CountedTwiceThere(Invalid):
    """At its new place the meter would have verified savings count twice; `savings` are these."""

    msgid = msg(
        "There the verified savings %(claims)s would stand in one line of meters and count the same twice."
        " Have the circles agree on a split of the meter first, or have the signature of one taken back;"
        " then move the meter."
    )

    def __init__(self, savings: tuple[Saving, ...]) -> None:
        self.savings = savings
        super().__init__(field="parent", claims="; ".join(_name(row) for row in savings))


def require_place(session: Session, meter: Meter, parent: Meter | None) -> None:
    """CountedTwiceThere where verified savings that count once today would count twice at the new place."""
    rows = [row for row in standing_savings(session, meter.company_id) if row.state is SavingState.VERIFIED]
    if len(rows) < 2:
        return
    today = surroundings(session, meter.company_id)
    there = replace(today, parents={**today.parents, meter.id: parent.id if parent else None})
    before = {row.key for row in find_warnings(rows, today, neutral_label) if row.blocks}
    for row in find_warnings(rows, there, neutral_label):
        if row.blocks and row.key not in before:
            raise CountedTwiceThere(row.savings)


def _name(saving: Saving) -> str:
    """The project's number with the meter, the days and the share of the saving."""
    meter = saving.meter.name if saving.meter else ""
    days = f"{saving.reporting_from} – {saving.reporting_to}"
    return f"{neutral_label(saving)} ({meter}, {days}, {(saving.share * 100).normalize():f} %)"


check_places(require_place)
