"""Adding an indicator to the catalogue for one company."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.calc.conversion import unit_ratio
from cp_circles.db.events import record_event
from cp_circles.editions import queries as editions
from cp_circles.errors import Invalid, NotAllowed, NotFound, msg
from cp_circles.metering.models import OwnIndicator
from cp_circles.metering.queries import own_indicators
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema.figures import Factors


def add_indicator(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    name: str,
    unit: str,
    higher_is_better: bool,
    kgce_key: str | None,
    kgco2_key: str | None,
    yuan_per_unit: Decimal | None,
    source: str | None,
    now: datetime,
) -> OwnIndicator:
    """Add an indicator of the company's own; a conversion needs a factor row of its unit, or a source."""
    if company.id not in actor.company_ids and not actor.is_system:
        raise NotFound
    if not (actor.heads_department_of(company.id) or actor.is_system):
        raise NotAllowed(msg("The department adds indicators of the company's own."))
    name, unit, source = name.strip(), unit.strip(), (source or "").strip()
    if not name or not unit:
        raise Invalid(msg("An indicator needs a name and a unit."), field="name")
    if any(row.name == name for row in own_indicators(session, company.id)):
        raise Invalid(msg("The company has an indicator of this name already."), field="name")
    _check_factors(session, unit, {"kgce_key": kgce_key, "kgco2_key": kgco2_key})
    if (yuan_per_unit or kgce_key or kgco2_key) and not source:
        raise Invalid(msg("Say where the conversion stands."), field="source")
    row = OwnIndicator(
        company_id=company.id,
        name=name,
        unit=unit,
        higher_is_better=higher_is_better,
        kgce_key=kgce_key or None,
        kgco2_key=kgco2_key or None,
        yuan_per_unit=yuan_per_unit or None,
        source=source,
        created_at=now,
    )
    session.add(row)
    session.flush()
    record_event(
        session, actor=actor, verb="savings.add_indicator", subject=row, at=now, company_id=company.id
    )
    return row


def _check_factors(session: Session, unit: str, keys: dict[str, str | None]) -> None:
    """Refuse a factor that does not exist or is per another unit than the indicator's."""
    pack = editions.newest_pack(session, Factors)
    for field, key in keys.items():
        factor = pack.factor(key) if key else None
        if not key:
            continue
        if factor is None:
            raise Invalid(msg("There is no such factor."), field=field)
        if unit_ratio(unit, factor.from_unit) is None:
            raise Invalid(
                msg("This factor is per %(per_unit)s and cannot convert %(unit)s."),
                field=field,
                per_unit=factor.from_unit,
                unit=unit,
            )
