"""Awards given at the end of a round, those chosen with a reason, and what companies pay for them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import MONEY, Base, Exact
from cp_circles.db.triples import searched_by
from cp_circles.judging.models import Entry, Round
from cp_circles.organisations.models import Company
from cp_circles.people.models import Person


@searched_by(4, "number", "holder.title", "holder.company", "holder.circle")
class Award(Base):
    """One award: label, number, holder as printed, and the public key of its check page.

    It goes to an entry; a special award may go to a company or a person instead, and says why.
    """

    __tablename__ = "awards"
    __table_args__ = (sa.UniqueConstraint("round_id", "entry_id", "award_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    award_key: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(80))
    label_en: Mapped[str] = mapped_column(sa.String(80))
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    public_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    holder: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    honorary: Mapped[str] = mapped_column(sa.Text, default="")
    reward_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    revoke_reason: Mapped[str] = mapped_column(sa.Text, default="")

    round_: Mapped[Round] = relationship()
    entry: Mapped[Entry | None] = relationship()


class AwardChoice(Base):
    """Who is to have a special award of a round, chosen with a reason before the awards are given.

    Exactly one of entry, company and person is the holder.
    """

    __tablename__ = "award_choices"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    award_key: Mapped[str] = mapped_column(sa.String(40))
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entries.id"))
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("companies.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    chosen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    chosen_at: Mapped[datetime]

    entry: Mapped[Entry | None] = relationship()
    company: Mapped[Company | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


class CompanyRewardRule(Base):
    """The reward rule that a company took up; the newest holds, the earlier ones stay."""

    __tablename__ = "company_reward_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    set_at: Mapped[datetime]


class RewardGrant(Base):
    """What a company granted its circle for one award: the sum, and the computation it came from, frozen."""

    __tablename__ = "reward_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("awards.id"), unique=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    amount: Mapped[Decimal] = mapped_column(Exact(MONEY))
    working: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    granted_at: Mapped[datetime]
