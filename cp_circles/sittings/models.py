"""Exercises before scoring, the order of the talks, and deliberations with their minutes."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.judging.models import Entry, Round
from cp_circles.people.models import Person


class PanelDecision(enum.Enum):
    """What a panel decides on an entry that it talked about."""

    KEEP = "keep"
    REOPEN = "reopen"
    THIRD_READER = "third_reader"


class Deliberation(Base):
    """An entry that the panel talks about in one stage; decided once, and never changed afterwards.

    `spread` is the text of the spread that sent it here; `present` are the numbers of the judges who took
    part in the decision.
    """

    __tablename__ = "deliberations"
    __table_args__ = (sa.Index("ix_deliberations_round_entry", "round_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"))
    stage: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    spread: Mapped[str] = mapped_column(sa.String(20), default="")
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    decision: Mapped[PanelDecision | None]
    decision_text: Mapped[str] = mapped_column(sa.Text, default="")
    present: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    round_: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()
    notes: Mapped[list["DeliberationNote"]] = relationship(order_by="DeliberationNote.id")


class DeliberationNote(Base):
    """One paragraph of the minutes, added and never changed; the organiser has no `judge_number`."""

    __tablename__ = "deliberation_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    deliberation_id: Mapped[int] = mapped_column(sa.ForeignKey("deliberations.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    judge_number: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime]


class Talk(Base):
    """The place of an entry in the order of the talks, and when its talk, questions and reveal came."""

    __tablename__ = "talks"
    __table_args__ = (sa.UniqueConstraint("round_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    position: Mapped[int]
    began_at: Mapped[datetime | None]
    questions_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]

    round_: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()


class Exercise(Base):
    """An example that all judges of a round score before they begin; its points never count.

    `reference` maps criterion key to the text of a decimal, with `reference_note` as the reasons.
    """

    __tablename__ = "exercises"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    stage: Mapped[str] = mapped_column(sa.String(20))
    rubric_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    file_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"))
    file_name: Mapped[str] = mapped_column(sa.String(160), default="")
    reference: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    reference_note: Mapped[str] = mapped_column(sa.Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_at: Mapped[datetime]

    round_: Mapped[Round] = relationship()
    answers: Mapped[list["ExerciseAnswer"]] = relationship(order_by="ExerciseAnswer.id")


class ExerciseAnswer(Base):
    """One judge's points on an exercise, handed in once."""

    __tablename__ = "exercise_answers"
    __table_args__ = (sa.UniqueConstraint("exercise_id", "judge_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise_id: Mapped[int] = mapped_column(sa.ForeignKey("exercises.id"))
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    judge_number: Mapped[int]
    points: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    handed_in_at: Mapped[datetime]

    judge: Mapped[Person] = relationship()
