"""A project's own records as inputs of a tool: what is on offer, and the inputs made from a reference.

A source is a small mapping with `kind` and the fields that this kind names. Two tools have no source: photos
choose from the evidence in their own form, and the results of an orthogonal experiment stand nowhere else.
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.projects.models import Project
from cp_circles.tools.sources import chains, meters, plans, records, tallies
from cp_circles.tools.sources.kinds import Asked, Kind, Offer, Source, written

MOST_OFFERS = 24
LONGEST = 40
_ALL = (
    tallies.SHEET,
    tallies.TALLY,
    records.RECORD,
    records.CROSSED,
    records.FOUND,
    chains.CHAIN,
    plans.PLAN,
    plans.INDICATORS,
    plans.FOCUS,
    meters.READINGS,
    meters.PAIRS,
    meters.GROUPS,
    meters.YEARS,
    meters.PIECES,
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def read_source(text: str) -> dict[str, Any] | None:
    """The source that `written` made; None for an empty text, Invalid for anything else."""
    if not text.strip():
        return None
    name, *values = text.strip().split(":")
    kind = KINDS.get(name)
    if kind is None or len(values) != len(kind.fields) or any(len(value) > LONGEST for value in values):
        raise Invalid(msg("This source is not known."))
    return {"kind": name, **dict(zip(kind.fields, values, strict=True))}


def offers(session: Session, project: Project, code: str, *, language: str) -> list[Offer]:
    """What a tool can be filled from in this project, at most 24."""
    asked = Asked(session, project, code, language, date.min)
    found = [offer for kind in _ALL if code in kind.tools for offer in kind.offers(asked)]
    return found[:MOST_OFFERS]


def filled(
    session: Session, project: Project, code: str, source: Source, *, language: str, today: date
) -> dict[str, Any]:
    """Inputs of a tool from a source of this project; NotFound where the source is not the project's."""
    kind = KINDS.get(str(source.get("kind")))
    if kind is None or code not in kind.tools:
        raise NotFound
    return kind.fill(Asked(session, project, code, language, today), source)


__all__ = ["KINDS", "Offer", "Source", "filled", "offers", "read_source", "written"]
