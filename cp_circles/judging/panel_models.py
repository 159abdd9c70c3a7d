"""How a panel is made: a round's terms of assignment, and plans that are previewed, edited and applied."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cp_circles.db.base import Base


class PanelTerms(Base):
    """A round's own terms of assignment: entries that every judge reads, and judges of another city only.

    `wanted_anchors` is how many such entries there are to be, as the season before had them.
    """

    __tablename__ = "panel_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), unique=True)
    anchors: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    wanted_anchors: Mapped[int] = mapped_column(default=0, server_default="0")
    other_city: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]


class PlanState(enum.Enum):
    """Where a plan stands."""

    OPEN = "open"
    APPLIED = "applied"
    REPLACED = "replaced"


class PanelPlan(Base):
    """Who would judge what in one stage: pairs of entry and person, made at once and edited by hand.

    `input_sha256` covers all that it was made from, so that a plan that no longer fits is refused; `edits`
    counts the changes by hand.
    """

    __tablename__ = "panel_plans"
    __table_args__ = (sa.Index("ix_panel_plans_round_stage", "round_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    stage: Mapped[str] = mapped_column(sa.String(20))
    costs_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    state: Mapped[PlanState] = mapped_column(default=PlanState.OPEN)
    pairs: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    edits: Mapped[int] = mapped_column(default=0)
    input_sha256: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int] = mapped_column(default=1)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
