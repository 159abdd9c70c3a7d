"""Editions and the validated packs they hold."""

from collections.abc import Iterable
from typing import Any, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from cp_circles.editions.models import Edition
from cp_circles.errors import NotFound
from cp_circles.rulesets import loader
from cp_circles.rulesets.schema import KINDS, Names, Pack

P = TypeVar("P", bound=Pack)
KEPT = "editions"
MOST_PACKS = 1_000
_PACKS: dict[tuple[str, str], Pack] = {}
_NAMES: dict[str, Names] = {}


def _validated(kind: str, sha256: str, content: str) -> Pack:
    """A pack parsed once for each content; who knows its hash need not read it again."""
    if (kind, sha256) not in _PACKS:
        if len(_PACKS) >= MOST_PACKS:
            _PACKS.clear()
        _PACKS[kind, sha256] = loader.load(kind, content)
    return _PACKS[kind, sha256]


def kind_of(model: type[Pack]) -> str:
    """The kind whose packs are of this model."""
    return next(kind for kind, known in KINDS.items() if known is model)


@overload
def pack_of(edition: Edition) -> Pack: ...
@overload
def pack_of(edition: Edition, model: type[P]) -> P: ...
def pack_of(edition: Edition, model: type[Any] = Pack) -> Any:
    """The validated pack of an edition; NotFound if it is not of the kind that is asked for."""
    found = _PACKS.get((edition.kind, edition.sha256))
    if found is None:
        found = _validated(edition.kind, edition.sha256, edition.content)
    if not isinstance(found, model):
        raise NotFound
    return found


@overload
def pack(session: Session, edition_id: int | None) -> Pack: ...
@overload
def pack(session: Session, edition_id: int | None, model: type[P]) -> P: ...
def pack(session: Session, edition_id: int | None, model: type[Any] = Pack) -> Any:
    """The validated pack a record is bound to; NotFound for an unknown id or a pack of another kind."""
    edition = _kept(session, edition_id) if edition_id is not None else None
    if edition is None:
        raise NotFound
    return pack_of(edition, model)


def _kept(session: Session, edition_id: int) -> Edition | None:
    """An edition, read once a session: it never changes, and a session forgets what nobody holds."""
    kept: dict[int, Edition] = session.info.setdefault(KEPT, {})
    edition = kept.get(edition_id)
    if edition is None or edition not in session:
        edition = session.get(Edition, edition_id)
        if edition is not None:
            kept[edition_id] = edition
    return edition


@overload
def packs(session: Session, edition_ids: Iterable[int]) -> dict[int, Pack]: ...
@overload
def packs(session: Session, edition_ids: Iterable[int], model: type[P]) -> dict[int, P]: ...
def packs(session: Session, edition_ids: Iterable[int], model: type[Any] = Pack) -> Any:
    """Many packs by edition id: one query; NotFound if one is not of the kind that is asked for."""
    rows = session.scalars(sa.select(Edition).where(Edition.id.in_(set(edition_ids))))
    return {row.id: pack_of(row, model) for row in rows}


def editions_of(session: Session, kind: str) -> list[Edition]:
    """All editions of a kind, by key and newest first, without their texts."""
    return list(
        session.scalars(
            sa.select(Edition)
            .where(Edition.kind == kind)
            .order_by(Edition.key, Edition.published_at.desc(), Edition.id.desc())
            .options(defer(Edition.content))
        )
    )


def packs_of(session: Session, model: type[P]) -> list[tuple[Edition, P]]:
    """Every edition of a kind with its pack, by key and newest first: one query."""
    rows = session.scalars(
        sa.select(Edition)
        .where(Edition.kind == kind_of(model))
        .order_by(Edition.key, Edition.published_at.desc(), Edition.id.desc())
    )
    return [(row, pack_of(row, model)) for row in rows]


def edition(session: Session, kind: str, key: str, name: str) -> Edition | None:
    """One edition by its names."""
    return session.scalar(
        sa.select(Edition).where(Edition.kind == kind, Edition.key == key, Edition.edition == name)
    )


def latest(session: Session, kind: str, key: str) -> Edition | None:
    """The newest edition of a pack."""
    return session.scalar(
        sa.select(Edition)
        .where(Edition.kind == kind, Edition.key == key)
        .order_by(Edition.published_at.desc(), Edition.id.desc())
        .limit(1)
    )


def latest_of_each(session: Session, kind: str) -> list[Edition]:
    """The newest edition of every pack of a kind, by key."""
    rows = session.scalars(
        sa.select(Edition)
        .where(Edition.kind == kind)
        .order_by(Edition.key, Edition.published_at.desc(), Edition.id.desc())
    )
    newest: dict[str, Edition] = {}
    for row in rows:
        newest.setdefault(row.key, row)
    return list(newest.values())


def newest_edition(session: Session, kind: str) -> Edition:
    """The newest edition of a kind that has one pack only, such as the vocabulary; else NotFound."""
    row = session.scalar(
        sa.select(Edition)
        .where(Edition.kind == kind)
        .order_by(Edition.published_at.desc(), Edition.id.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound
    return row


@overload
def newest_pack(session: Session, kind: str) -> Pack: ...
@overload
def newest_pack(session: Session, kind: type[P]) -> P: ...
def newest_pack(session: Session, kind: str | type[Any]) -> Any:
    """The newest pack of a kind (its name or model) that has one pack only; NotFound if none is loaded."""
    return pack_of(newest_edition(session, kind if isinstance(kind, str) else kind_of(kind)))


def newest_packs(session: Session, model: type[P]) -> list[P]:
    """The newest pack of every key of a kind, by key: one query."""
    return [pack_of(row, model) for row in latest_of_each(session, kind_of(model))]


def newest_by_kind(session: Session, kinds: Iterable[str]) -> dict[str, dict[str, Pack]]:
    """The newest pack of every key, for each of these kinds."""
    return {kind: {row.key: pack_of(row) for row in latest_of_each(session, kind)} for kind in kinds}


def all_editions(session: Session) -> list[Edition]:
    """Every stored edition by kind and key, newest first, without the texts; one statement."""
    return list(
        session.scalars(
            sa.select(Edition)
            .order_by(Edition.kind, Edition.key, Edition.published_at.desc(), Edition.id.desc())
            .options(defer(Edition.content))
        )
    )


def names_of(session: Session, editions: Iterable[Edition]) -> dict[int, Names]:
    """What each edition is called, by its id: one query for texts that this process has not named before."""
    rows = list(editions)
    unread = [row.id for row in rows if row.sha256 not in _NAMES]
    if unread:
        wanted = sa.select(Edition.kind, Edition.sha256, Edition.content).where(Edition.id.in_(unread))
        for kind, sha256, content in session.execute(wanted):
            _NAMES[sha256] = _validated(kind, sha256, content).names
    return {row.id: _NAMES[row.sha256] for row in rows}


def edition_by_id(session: Session, edition_id: int) -> Edition:
    """One edition with its text; NotFound for an unknown id."""
    found = session.get(Edition, edition_id)
    if found is None:
        raise NotFound
    return found
