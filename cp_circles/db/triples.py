"""Triples of neighbouring characters of what is searched, so that not every name is read for part of one.

A triple begins at each character and is kept with its row. A row that holds a text holds each of its triples:
they say which rows are worth looking at, and what counts as found stays with the condition that reads the
row. Two characters, the usual search in Chinese, begin a range of triples; an index of trigrams has no answer
to them. A triple too many costs a look, one that is missing costs a hit.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, PassiveFlag, Session
from sqlalchemy.orm.attributes import get_history

from cp_circles.db.base import Base, table_of
from cp_circles.db.bulk import insert_into, insert_rows
from cp_circles.db.models import SearchTriple

WORTH_IT = 2_000
"""As many rows are looked at one by one; a text that more may hold is met soon by walking the list."""
WIDTH = 21
MOST_LOOKS = 12
CHUNK, CHECKED = 5_000, 50_000
TRIPLES = table_of(SearchTriple)


@dataclass(frozen=True)
class Searched:
    """A model that is searched by these attributes, under a number that its triples carry for good."""

    kind: int
    names: tuple[str, ...]


T = TypeVar("T", bound=Base)
SEARCHED: dict[type[Base], Searched] = {}
Look = tuple[int, int]
Way = tuple[InstrumentedAttribute[int], type[Any], sa.ColumnElement[bool]]


def searched_by(kind: int, *names: str) -> Callable[[type[T]], type[T]]:
    """Keep the triples of these attributes with every row: of a list all texts, of a mapping `name.key`."""

    def register(model: type[T]) -> type[T]:
        SEARCHED[model] = Searched(kind, names)
        return model

    return register


def triples_of(texts: Iterable[str]) -> set[int]:
    """The triples of some texts, of whatever case; where a text ends, nothing fills the last two."""
    return {_number(text[n : n + 3]) for text in texts for n in range(len(text))}


def _number(signs: str) -> int:
    """Up to three characters as one number; those that begin alike lie side by side."""
    folded = [ord(sign.lower().upper().lower()[0]) for sign in signs] + [0, 0]
    return (folded[0] << 2 * WIDTH) + (folded[1] << WIDTH) + folded[2]


def _texts(name: str, value: Any) -> list[str]:
    """The texts of an attribute's value, none for nothing."""
    _, _, key = name.partition(".")
    found = value.get(key) if key and value else value
    return [str(each) for each in (found if isinstance(found, list) else [found]) if each]


def _column(name: str) -> str:
    return name.partition(".")[0]


def narrowed(session: Session, text: str, *ways: Way) -> sa.ColumnElement[bool]:
    """Any of the ways in which a text is found, asked only of rows that hold the text's triples.

    A way is the column with the id, the model whose triples are asked, and the condition that decides. Two
    statements, whatever is there. Nothing is narrowed when a model has too many rows to look at.
    """
    held = _rows_with(session, text, sorted({SEARCHED[model].kind for _, model, _ in ways}))
    if any(len(ids) > WORTH_IT for ids in held.values()):
        return sa.or_(*(condition for _, _, condition in ways))
    return sa.or_(
        *(sa.and_(column.in_(held[SEARCHED[model].kind]), condition) for column, model, condition in ways)
    )


def _rows_with(session: Session, text: str, kinds: list[int]) -> dict[int, list[int]]:
    """The rows of each kind that hold all triples of the text, one more than is worth it at most."""
    held: dict[int, list[int]] = {kind: [] for kind in kinds}
    looks = _looks(text)
    order = _rarest_first(session, looks, kinds)
    asked = [_holding(kind, [looks[n] for n in order[kind]]) for kind in kinds]
    for kind, row_id in session.execute(sa.union_all(*asked)):
        held[kind].append(row_id)
    return held


def _looks(text: str) -> list[Look]:
    """What to look for, from and to: each triple of the text, or all that begin with a shorter text."""
    if len(text) < 3:
        return [(_number(text), _number(text) + (1 << (3 - len(text)) * WIDTH) - 1)]
    numbers = dict.fromkeys(_number(text[n : n + 3]) for n in range(len(text) - 2))
    return [(number, number) for number in islice(numbers, MOST_LOOKS)]


def _within(triples: Any, kind: int, look: Look) -> sa.ColumnElement[bool]:
    low, high = look
    here = triples.c.triple == low if low == high else triples.c.triple.between(low, high)
    return sa.and_(triples.c.kind == kind, here)


def _rarest_first(session: Session, looks: list[Look], kinds: list[int]) -> dict[int, list[int]]:
    """The looks of each kind, those with few rows first; of two with many, the one whose rows lie thinner."""
    counts = []
    for kind in kinds:
        for n, look in enumerate(looks):
            first = sa.select(TRIPLES.c.row_id).where(_within(TRIPLES, kind, look)).limit(WORTH_IT).subquery()
            furthest = sa.func.coalesce(sa.func.max(first.c.row_id), 0)
            counts.append(
                sa.select(sa.literal(kind), sa.literal(n), sa.func.count(), furthest).select_from(first)
            )
    rows = sorted(session.execute(sa.union_all(*counts)).all(), key=lambda row: (row[2], -row[3]))
    return {kind: [row[1] for row in rows if row[0] == kind] for kind in kinds}


def _holding(kind: int, looks: list[Look]) -> sa.Select[Any]:
    first, *others = looks
    statement = sa.select(TRIPLES.c.kind, TRIPLES.c.row_id).where(_within(TRIPLES, kind, first)).distinct()
    for look in others:
        beside = TRIPLES.alias()
        same = sa.and_(beside.c.row_id == TRIPLES.c.row_id, _within(beside, kind, look))
        statement = statement.where(sa.exists().where(same).correlate(TRIPLES))
    found = statement.limit(WORTH_IT + 1).subquery()
    return sa.select(found.c.kind, found.c.row_id)


@sa.event.listens_for(Session, "after_flush")
def _follow_flush(session: Session, context: Any) -> None:
    """Keep the triples of rows that were added, renamed or deleted, in their own transaction."""
    fresh, gone = [], []
    for row in (*session.new, *session.dirty, *session.deleted):
        searched = SEARCHED.get(type(row))
        if searched is None:
            continue
        before = set() if row in session.new else _before(row, searched.names)
        after = set() if row in session.deleted else _after(row, searched.names)
        fresh += [_kept(searched.kind, triple, row.id) for triple in after - before]
        gone += [_kept(searched.kind, triple, row.id) for triple in before - after]
    connection = session.connection()
    if gone:
        same = (column == sa.bindparam(column.name) for column in TRIPLES.c)
        connection.execute(sa.delete(TRIPLES).where(*same), gone)
    if fresh:
        connection.execute(insert_into(session, SearchTriple).on_conflict_do_nothing(), fresh)


def _before(row: Any, names: Iterable[str]) -> set[int]:
    """The triples of what the row held, as far as it was read."""
    found = set()
    for name in names:
        history = get_history(row, _column(name), PassiveFlag.PASSIVE_NO_INITIALIZE)
        for value in history.deleted or history.unchanged or ():
            found |= triples_of(_texts(name, value))
    return found


def _after(row: Any, names: Iterable[str]) -> set[int]:
    return triples_of(text for name in names for text in _texts(name, getattr(row, _column(name))))


def _kept(kind: int, triple: int, row_id: int) -> dict[str, int]:
    return {"kind": kind, "triple": triple, "row_id": row_id}


def keep_triples_after(session: Session, model: type[Base], last_id: int) -> None:
    """Keep the triples of rows above an id, which were inserted past the session's events."""
    for rows in _kept_by_now(session, model, last_id):
        insert_rows(session, TRIPLES, rows, {"kind": SEARCHED[model].kind})


def _kept_by_now(
    session: Session, model: type[Base], last_id: int, size: int = CHUNK
) -> Iterator[list[dict[str, int]]]:
    """What should be kept of the rows above an id, so many rows at a time."""
    table, names = table_of(model), SEARCHED[model].names
    columns = [table.c[_column(name)].label(name) for name in names]
    while True:
        ahead = sa.select(table.c.id, *columns).where(table.c.id > last_id).order_by(table.c.id)
        found = session.execute(ahead.limit(size)).all()
        if not found:
            return
        last_id = found[-1].id
        kept = []
        for id_, *values in found:
            texts = [text for name, value in zip(names, values, strict=True) for text in _texts(name, value)]
            kept += [{"triple": triple, "row_id": id_} for triple in sorted(triples_of(texts))]
        yield kept


def rebuild_triples(session: Session) -> int:
    """Write all triples anew; how many there are."""
    session.flush()
    session.execute(sa.delete(TRIPLES))
    for model in SEARCHED:
        keep_triples_after(session, model, 0)
    return session.scalar(sa.select(sa.func.count()).select_from(TRIPLES)) or 0


def triples_unkept(session: Session) -> bool:
    """True as long as no triple is kept: in a fresh database, or one that was filled before triples were."""
    return session.scalar(sa.select(TRIPLES.c.kind).limit(1)) is None


def triples_missing(session: Session) -> Iterator[tuple[str, int]]:
    """Table and id of each row that a search could miss, since not all of its triples are kept."""
    for model, searched in SEARCHED.items():
        for rows in _kept_by_now(session, model, 0, CHECKED):
            ids = [row["row_id"] for row in rows]
            here = (
                TRIPLES.c.kind == searched.kind,
                TRIPLES.c.row_id.between(min(ids, default=0), max(ids, default=0)),
            )
            stored = session.execute(sa.select(TRIPLES.c.triple, TRIPLES.c.row_id).where(*here))
            kept = {(triple, row_id) for triple, row_id in stored}
            lacking = {row["row_id"] for row in rows if (row["triple"], row["row_id"]) not in kept}
            yield from ((model.__tablename__, row_id) for row_id in sorted(lacking))
