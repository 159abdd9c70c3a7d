"""Whether objections and quotas still are what the chain of their round says of them."""

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.models import Event
from cp_circles.judging.chain import chain_of
from cp_circles.judging.models import Objection, ObjectionState, Quota, Round
from cp_circles.judging.queries.ladder import RETURNED
from cp_circles.objections.sealing import filer_sealed, words_sealed

FILED = "judging.file_objection"
MOVED = tuple(f"judging.{act}_objection" for act in ("admit", "refuse", "withdraw", "decide"))
SET, GIVEN_BACK, HANDED_ON = "judging.set_quota", "judging.return_quota", "judging.hand_on_quota"

Place = tuple[str, int, str]


def decisions_apart(session: Session, round_: Round) -> Iterator[str]:
    """Objections whose words, filer, entry, evidence, state, effect or decision are not what links say."""
    told: dict[int, tuple[object, ...]] = {}
    sealed: dict[int, Mapping[str, object]] = {}
    for event in _links(session, round_, (FILED, *MOVED)):
        said, filed = event.after or {}, told.get(event.subject_id, ())
        if event.verb == FILED:
            told[event.subject_id] = (said["entry"], said["evidence"], ObjectionState.FILED.value, "none", "")
            sealed[event.subject_id] = said
        else:
            told[event.subject_id] = (*filed[:2], said["state"], said["effect"], event.reason)
    rows = {
        row.id: row
        for row in session.scalars(
            sa.select(Objection).where(Objection.round_id == round_.id).options(joinedload(Objection.filer))
        )
    }
    kept = {
        row.id: (row.entry_id, row.evidence_sha256, row.state.value, row.effect, row.decision)
        for row in rows.values()
    }
    for number in sorted(kept.keys() | told.keys()):
        if kept.get(number) != told.get(number) or not _is_sealed(rows[number], sealed[number]):
            yield f"objection {number} is not as its chain says"


def _is_sealed(objection: Objection, filed: Mapping[str, object]) -> bool:
    """True if words and filer give the hashes they were filed with.

    Links from before words were hashed name none, and a filer who was erased has no salt: both stay valid.
    """
    words = filed.get("text") in (None, words_sealed(objection))
    erased = objection.filer.erased_at is not None
    return words and (erased or filed.get("filer") == filer_sealed(objection))


def quotas_apart(session: Session, round_: Round) -> Iterator[str]:
    """Units and tracks that hold another number of places than was set, given back and handed on."""
    told: dict[Place, int] = {}
    for event in _links(session, round_, (SET, GIVEN_BACK, HANDED_ON)):
        said = event.after or {}
        kind, number = said["unit"]
        unit, back = (kind, number, said["track"]), (*RETURNED, said["track"])
        told[unit] = said["places"]
        if event.verb == GIVEN_BACK:
            told[back] = said["returned"]
        elif event.verb == HANDED_ON:
            told[back] = told.get(back, 0) - (said["places"] - (event.before or {})["places"])
    kept = {
        (row.unit_kind, row.unit_id, row.track_key): row.places
        for row in session.scalars(sa.select(Quota).where(Quota.round_id == round_.id))
    }
    for place in sorted(kept.keys() | told.keys()):
        if kept.get(place, 0) != told.get(place, 0):
            yield f"the places of {place} are {kept.get(place, 0)}, its chain says {told.get(place, 0)}"


def _links(session: Session, round_: Round, verbs: Sequence[str]) -> Sequence[Event]:
    return session.scalars(
        sa.select(Event)
        .where(Event.chain == chain_of(round_), Event.verb.in_(verbs))
        .order_by(Event.position)
    ).all()
