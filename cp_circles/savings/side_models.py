"""What a saving costs elsewhere: more of another medium, a new chemical, added waste."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cp_circles.db.base import MONEY, QUANTITY, Base, Exact
from cp_circles.people.models import Person
from cp_circles.projects.models import Evidence

if TYPE_CHECKING:
    from cp_circles.savings.models import Saving


class SideEffect(Base):
    """A rebound or side effect of a saving in the reporting period; it is always subtracted.

    `quantity` is above zero, in `unit`, the unit of the indicator; `cost_yuan` is what it cost by the books,
    where the factor pack has no price for it or a bill says more.
    """

    __tablename__ = "side_effects"

    id: Mapped[int] = mapped_column(primary_key=True)
    saving_id: Mapped[int] = mapped_column(sa.ForeignKey("savings.id"), index=True)
    indicator_code: Mapped[str] = mapped_column(sa.String(20))
    quantity: Mapped[Decimal] = mapped_column(Exact(QUANTITY))
    unit: Mapped[str] = mapped_column(sa.String(20))
    cost_yuan: Mapped[Decimal | None] = mapped_column(Exact(MONEY))
    note: Mapped[str] = mapped_column(sa.Text)
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    added_at: Mapped[datetime]

    saving: Mapped["Saving"] = relationship(back_populates="side_effects")
    evidence: Mapped[Evidence | None] = relationship()
    added_by: Mapped[Person | None] = relationship()
