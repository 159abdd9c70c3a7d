"""The chores of the rooms: the zone that governs is the one of the settings."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import CircleState, CircleYear
from cp_circles.circles.services import ask_for_renewals
from cp_circles.db.engine import Sessions
from cp_circles.jobs.kinds import Tools
from cp_circles.jobs.rooms import in_one_transaction
from cp_circles.notices.models import Task

NEW_YEAR = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "asked"), [("Asia/Shanghai", 1), ("America/Los_Angeles", 0)])
def test_a_year_begins_where_the_setting_says(engine, session, make, zone, asked):
    circle = make.circle(state=CircleState.REGISTERED)
    circle.years = [CircleYear(year=2026, renewed_at=NEW_YEAR, headcount=4)]
    session.commit()
    tools = Tools(Sessions(engine), now=lambda: NEW_YEAR, config=SimpleNamespace(time_zone=zone))
    assert in_one_transaction(ask_for_renewals)(tools) == {"count": asked}
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(Task)) == asked
