"""Third parties and effects without money; bills, prices and proofs of money stand with the savings."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import Base
from cp_circles.errors import msg
from cp_circles.people.models import Person
from cp_circles.projects.models import Evidence, Project
from cp_circles.savings.models import Bill, CostAccount, MoneyProof, Saving, UnitPrice
from cp_circles.tools.models import ToolSheet

__all__ = [
    "WAYS",
    "Bill",
    "CostAccount",
    "EffectState",
    "EffectWay",
    "IntangibleEffect",
    "MoneyProof",
    "ThirdParty",
    "UnitPrice",
]


class ThirdParty(Base):
    """Somebody of an outside body whom the department asked to sign: one claim, or all of the company."""

    __tablename__ = "third_parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    saving_id: Mapped[int | None] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    grant_id: Mapped[int] = mapped_column(sa.ForeignKey("grants.id"), index=True)
    body: Mapped[str] = mapped_column(sa.String(120))
    reason: Mapped[str] = mapped_column(sa.Text)
    until: Mapped[datetime | None]
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    saving: Mapped[Saving | None] = relationship()


class EffectState(enum.Enum):
    """The life of an effect without money."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class EffectWay(enum.Enum):
    """How an effect without money was shown."""

    SURVEY = "survey"
    RADAR = "radar"
    DOCUMENT = "document"
    PHOTO = "photo"
    OBSERVED = "observed"


WAYS = {
    EffectWay.SURVEY: msg("Survey before and after"),
    EffectWay.RADAR: msg("Radar chart before and after"),
    EffectWay.DOCUMENT: msg("Document"),
    EffectWay.PHOTO: msg("Photo evidence"),
    EffectWay.OBSERVED: msg("Seen on site"),
}


class IntangibleEffect(Base):
    """What became better without a value in money, stated by the circle and signed by the department.

    `evidence` or `sheet` of the same project is the record behind it, as its way of being shown asks. A
    wrong one is withdrawn with its signature; what stands in its place is a row of its own that corrects it.
    """

    __tablename__ = "intangible_effects"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    shown_by: Mapped[str] = mapped_column(sa.Text)
    way: Mapped[EffectWay] = mapped_column(default=EffectWay.OBSERVED, server_default="observed")
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tool_sheets.id"), index=True)
    state: Mapped[EffectState] = mapped_column(default=EffectState.STATED)
    stated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    stated_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("intangible_effects.id"), index=True)
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    project: Mapped[Project] = relationship()
    evidence: Mapped[Evidence | None] = relationship()
    sheet: Mapped[ToolSheet | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
