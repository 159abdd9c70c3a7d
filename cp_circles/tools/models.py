"""Sheets of the quality tools, each with all its versions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.people.models import Person


class ToolSheet(Base):
    """One use of a tool in a project, at a step or (empty `step_key`) for the whole of it."""

    __tablename__ = "tool_sheets"
    __table_args__ = (sa.Index("ix_tool_sheets_step", "project_id", "step_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    step_key: Mapped[str] = mapped_column(sa.String(40), default="")
    code: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="")

    versions: Mapped[list["ToolVersion"]] = relationship(
        back_populates="sheet", order_by="ToolVersion.number"
    )

    @property
    def latest(self) -> "ToolVersion":
        """The version that counts."""
        return self.versions[-1]


class ToolVersion(Base):
    """One version of a sheet: what was typed, and the record of the project it was filled from, if any.

    An unfinished version (`is_complete` false) keeps what was typed so far; nothing quotes it.
    """

    __tablename__ = "tool_versions"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("tool_sheets.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(120))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    inputs: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    is_complete: Mapped[bool]
    source: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]

    sheet: Mapped[ToolSheet] = relationship(back_populates="versions")
    created_by: Mapped[Person | None] = relationship()
