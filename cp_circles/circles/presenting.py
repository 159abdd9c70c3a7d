"""The companies of a joint circle as finished lines, and what the reader may do about each."""

from dataclasses import dataclass
from decimal import Decimal

from cp_circles.circles import rules
from cp_circles.circles.models import Circle, CirclePartner, PartnerState
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor


@dataclass(frozen=True)
class PartnerLine:
    """One company or workshop of a joint circle; without `partner` it is the home company."""

    company: Company
    department: str
    share: Decimal
    partner: CirclePartner | None = None
    may_answer: bool = False
    may_end: bool = False


def joint_lines(circle: Circle) -> list[PartnerLine]:
    """The home company and all partners, as they were asked; empty where the circle never had any."""
    if not circle.partners:
        return []
    away = [row for row in circle.present_partners if row.company_id != circle.company_id]
    home = 1 - sum((row.share for row in away), Decimal(0))
    name = circle.department.name if circle.department else ""
    return [PartnerLine(circle.company, name, home), *(_line(circle, row) for row in circle.partners)]


def _line(circle: Circle, row: CirclePartner) -> PartnerLine:
    actor = current_actor()
    answers = rules.answers_for(actor, row)
    of_home = row.company_id == circle.company_id or row.state is PartnerState.ASKED
    stands = row.state in {PartnerState.ASKED, PartnerState.JOINED}
    asked = row.state is PartnerState.ASKED
    return PartnerLine(
        company=row.company,
        department=row.department.name if row.department else "",
        share=row.share,
        partner=row,
        may_answer=asked and answers,
        may_end=stands and ((of_home and rules.can_ask_partners(actor, circle)) or (answers and not asked)),
    )
