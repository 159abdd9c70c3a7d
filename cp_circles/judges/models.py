"""Judges in the register, and the companies they are tied to."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Person


class Qualification(enum.Enum):
    """The level of a judge's certificate."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"


class JudgeProfile(Base):
    """What a person brings as a judge; officials keep the qualification, the judge all else.

    `industries` are ids of sections of the industry tree, `domains` terms of the vocabulary, `methods` keys
    of methods, `languages` 'zh' or 'en'. `workload_limit` is the most entries of one stage of a round.
    """

    __tablename__ = "judge_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), unique=True)
    home_region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("regions.id"), index=True)
    industries: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    domains: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    methods: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    languages: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    workload_limit: Mapped[int | None]
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    qualification: Mapped[Qualification | None]
    certificate_number: Mapped[str] = mapped_column(sa.String(40), default="")
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    home_region: Mapped[Region | None] = relationship()

    def is_expired(self, today: date) -> bool:
        """True for a qualification that has run out."""
        return self.qualification is not None and self.valid_until is not None and self.valid_until < today

    def is_away(self, first: date, last: date) -> bool:
        """True if the judge is away on every day from the first to the last."""
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= first and last <= self.away_until


class TieKind(enum.Enum):
    """How a judge is tied to a company outside the platform's own records."""

    EMPLOYER = "employer"
    MENTORED = "mentored"


class JudgeTie(Base):
    """A company where the judge worked before, or which the judge or the judge's firm has mentored."""

    __tablename__ = "judge_ties"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    kind: Mapped[TieKind]

    company: Mapped[Company] = relationship()
