"""The page of what a row of a board rests on: its savings, their periods and their signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from cp_circles.circles.models import Circle
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, Asked
from cp_circles.leaderboards.presenting import filters
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name, metric_scale
from cp_circles.leaderboards.presenting.page import Endpoints, address_of
from cp_circles.leaderboards.presenting.sheets import scope_name, season_text
from cp_circles.leaderboards.queries.backing import Backing, Counted, Entity
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Park
from cp_circles.people.models import Person, Role
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.savings import queries as savings
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.models import Saving, Signature
from cp_circles.web.i18n import label, locale_name
from cp_circles.web.paging import listed


@dataclass(frozen=True)
class Signed:
    """A signature that stands; `name` is empty where names are not shown, `place_of` names who was away."""

    role: Role
    name: str
    place_of: str
    at: datetime


@dataclass(frozen=True)
class SavingRow:
    """One saving as the table shows it; `how` leads to its working for whoever may see that."""

    title: str
    url: str | None
    under: str
    indicator: str
    first: date | None
    last: date | None
    season: int
    value: str
    counted_at: datetime
    signatures: Sequence[Signed]
    missing: Sequence[Role]
    is_held: bool
    how: str | None


def values(session: Session, actor: Actor, asked: Asked, found: Backing, ends: Endpoints) -> dict[str, Any]:
    """The values of the page's template."""
    scale = metric_scale(asked.metric, asked.currency)
    words = queries.vocabulary(session)
    assert words is not None
    codes = {row.code: row.names.in_(locale_name()) for row in savings.catalogue(session).indicators}
    rows = [_row(actor, asked, one, scale, codes, ends) for one in found.page.rows]
    return {
        "asked": asked,
        "name": name_of(found.entity),
        "place_name": scope_name(asked),
        "metric": metric_name(asked.metric),
        "season": season_text(asked),
        "scale": scale,
        "total": scale.with_unit(found.total),
        "before": None if found.before is None else scale.with_unit(found.before),
        "unnamed": scale.with_unit(found.unnamed) if found.unnamed else None,
        "page": listed(found.page, rows),
        "rows": rows,
        "has_seasons": len(asked.seasons) != 1 or found.before is not None,
        "on": list(filters.filters_on(session, asked, words).values()),
        "crumbs": [(scope_name(asked), address_of(ends.board, row=None)), (name_of(found.entity), None)],
        "board_url": address_of(ends.board, row=None),
        "is_public": asked.variant == PUBLIC,
        "is_claimed": asked.filter.basis is Basis.CLAIMED,
        "freezes": queries.freezes_over(session, asked.scope.region, asked.seasons),
    }


def name_of(entity: Entity) -> str:
    """The name of what has the row, in the reader's language where it has one there."""
    if isinstance(entity, Project):
        return entity.title
    return entity.name if isinstance(entity, Circle | Park | Person) else label(entity)


def _row(
    actor: Actor, asked: Asked, one: Counted, scale: Scale, codes: dict[str, str], ends: Endpoints
) -> SavingRow:
    saving, project = None if one.is_held else one.saving, one.project
    claim = None if saving is None else saving.claim
    sees = saving is not None and asked.variant != PUBLIC and savings_rules.can_see_saving(actor, saving)
    names = [label(one.company), project.circle.name if project.circle else ""]
    return SavingRow(
        title=project.title,
        url=url_for(ends.project, project_id=project.id) if asked.filter.basis is Basis.VERIFIED else None,
        under=" · ".join(filter(None, names)),
        indicator="" if saving is None else indicator_name(saving, codes),
        first=None if saving is None else saving.reporting_from,
        last=None if saving is None else saving.reporting_to,
        season=one.season,
        value=scale.text(one.amount),
        counted_at=one.counted_at,
        signatures=_signed(savings_rules.live_signatures(claim), asked) if claim else [],
        missing=_missing(saving) if saving else [],
        is_held=one.is_held,
        how=url_for("savings.explain_claim", claim_id=claim.id) if claim is not None and sees else None,
    )


def indicator_name(saving: Saving, codes: dict[str, str]) -> str:
    """The catalogue's name of what was saved, else the one that the project gave it."""
    known = codes.get(saving.indicator_code)
    return known or (saving.indicator.name if saving.indicator else saving.indicator_code)


def _signed(signatures: Sequence[Signature], asked: Asked) -> list[Signed]:
    """Signatures in the order of their time; in public without names."""
    named = asked.variant != PUBLIC
    return [
        Signed(
            role=row.role,
            name=row.signer.name if named else "",
            place_of=row.for_person.name if named and row.for_person else "",
            at=row.signed_at,
        )
        for row in sorted(signatures, key=lambda row: (row.signed_at, row.id))
    ]


def _missing(saving: Saving) -> list[Role]:
    """The signatures that a claim still waits for."""
    claim = saving.claim
    if claim is None or savings_rules.is_imported(saving):
        return []
    standing = {row.role for row in savings_rules.live_signatures(claim)}
    return [role for role in savings_rules.required_roles(claim) if role not in standing]
