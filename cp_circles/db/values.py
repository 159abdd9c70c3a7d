"""Values asked for past the unit of work of the session, which would cost more than the statement."""

from collections.abc import Mapping
from typing import Any, TypeVarTuple

from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")


def values_of(
    session: Session, statement: TypedReturnsRows[*Columns], asked: Mapping[str, Any]
) -> CursorResult[*Columns]:
    """The rows of a statement that asks for columns only, in the session's transaction.

    What waits in the session is written first as `Session.execute` does it, so not inside `no_autoflush`.
    """
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, asked)
