"""What follows around a round: kept formal reviews, circles that may not enter, and days of the calendar."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.circles.models import Circle
from cp_circles.db.base import Base
from cp_circles.results.models import Result


class EntryReview(Base):
    """One formal review of an entry: its outcome, and what was found on each point of the checklist.

    `checks` maps the key of a point to 'yes', 'no' or 'na'; empty where the rule has no checklist.
    """

    __tablename__ = "entry_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    outcome: Mapped[str] = mapped_column(sa.String(20))
    checks: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    complete_by: Mapped[date | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reviewed_at: Mapped[datetime]


class CircleBan(Base):
    """A circle that enters no result until the season of `until_year` is over, after a falsified one."""

    __tablename__ = "circle_bans"
    __table_args__ = (sa.UniqueConstraint("result_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circles.id"), index=True)
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("results.id"))
    until_year: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    lift_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    circle: Mapped[Circle] = relationship()
    result: Mapped[Result] = relationship()


class CalendarDay(Base):
    """A day that an authority declared a holiday, or a working day, beside the calendar that is built in."""

    __tablename__ = "calendar_days"
    __table_args__ = (sa.UniqueConstraint("pack", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(sa.String(20))
    day: Mapped[date]
    is_worked: Mapped[bool]
    name: Mapped[str] = mapped_column(sa.String(60))
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
