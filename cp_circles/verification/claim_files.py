"""The files on which a standing claim rests, and nothing else of its project."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.metering.models import Reading
from cp_circles.projects.models import Evidence, EvidenceVersion
from cp_circles.savings import gathering
from cp_circles.savings.models import Claim, Saving
from cp_circles.verification.models import Bill, MoneyProof
from cp_circles.verification.queries import bills_of_period


def evidence_of_claim(session: Session, claim: Claim) -> list[EvidenceVersion]:
    """The evidence whose content the claim froze by its SHA-256, one row for each content."""
    rows = session.scalars(
        sa.select(EvidenceVersion)
        .join(Evidence, EvidenceVersion.evidence_id == Evidence.id)
        .where(
            Evidence.project_id == claim.saving.project_id,
            EvidenceVersion.sha256.in_(claim.evidence_hashes),
            EvidenceVersion.uploaded_at <= claim.claimed_at,
        )
        .order_by(EvidenceVersion.evidence_id, EvidenceVersion.number)
        .options(joinedload(EvidenceVersion.evidence))
    )
    return list({row.sha256: row for row in rows}.values())


def readings_of_claim(session: Session, saving: Saving) -> list[Reading]:
    """The readings under the claim, of all its meters in both periods, each with its meter."""
    found = gathering.readings_of_periods(session, saving)
    wanted = sa.select(Reading).where(Reading.id.in_([row.id for row in found]))
    rows = session.scalars(
        wanted.options(joinedload(Reading.meter)).order_by(Reading.meter_id, Reading.starts_on, Reading.id)
    )
    return list(rows)


def bills_of_claim(session: Session, saving: Saving) -> list[Bill]:
    """The standing bills of the claim's indicator in its reporting period, and those its money is tied to."""
    assert saving.reporting_from is not None and saving.reporting_to is not None
    of_period: Sequence[Bill] = bills_of_period(
        session, saving.project.company_id, saving.indicator_code, saving.reporting_from, saving.reporting_to
    )
    tied = session.scalars(
        sa.select(Bill)
        .join(MoneyProof, MoneyProof.bill_id == Bill.id)
        .where(MoneyProof.saving_id == saving.id, MoneyProof.untied_at.is_(None))
        .order_by(Bill.period_from, Bill.id)
    )
    return list({row.id: row for row in [*of_period, *tied]}.values())
