"""What follows outside a single round: circles that may not enter for a time, and days of the calendar."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import Base


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
