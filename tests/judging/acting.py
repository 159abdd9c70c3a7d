"""Acts of judging in a process of its own, begun at a word: imported once, before the processes part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.engine import Sessions, make_engine
from cp_circles.db.registry import load_models
from cp_circles.errors import DomainError
from cp_circles.judging.models import Round, ScoreSheet
from cp_circles.judging.queries.ladder import Unit
from cp_circles.people import queries as people
from cp_circles.quotas import services as quotas_services
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from tests.judging.world import t2

Values = dict[str, Any]


def compute(session: Session, values: Values) -> None:
    """Compute the standing at the version that was seen."""
    round_, now = session.get_one(Round, values["round"]), datetime.fromisoformat(values["now"])
    actor = people.actor_for(session, values["actor"], now)
    standings_services.compute_standing(
        session, actor=actor, round_=round_, version=values["version"], now=now
    )


def publish(session: Session, values: Values) -> None:
    """Publish the standing."""
    round_, now = session.get_one(Round, values["round"]), datetime.fromisoformat(values["now"])
    actor = people.actor_for(session, values["actor"], now)
    standings_services.publish_standing(session, actor=actor, round_=round_, now=now)


def cut_quota(session: Session, values: Values) -> None:
    """Give the round below fewer places."""
    upper, now = session.get_one(Round, values["upper"]), datetime.fromisoformat(values["now"])
    quotas_services.set_quota(
        session,
        actor=people.actor_for(session, values["actor"], now),
        round_=upper,
        unit=Unit(*values["unit"]),
        track_key="problem_solving",
        places=values["places"],
        now=now,
    )


def reopen(session: Session, values: Values) -> None:
    """Give a sheet back to its judge."""
    sheet, now = session.get_one(ScoreSheet, values["sheet"]), datetime.fromisoformat(values["now"])
    actor = people.actor_for(session, values["actor"], now)
    scoring_services.reopen_sheet(session, actor=actor, sheet=sheet, reason="示例理由", now=now)


def save(session: Session, values: Values) -> None:
    """Save a draft typed over version 1."""
    sheet, now = session.get_one(ScoreSheet, values["sheet"]), datetime.fromisoformat(values["now"])
    actor, points = people.actor_for(session, sheet.judge_id, now), t2(values["total"])
    scoring_services.save_draft(session, actor=actor, sheet=sheet, points=points, version=1, now=now)


def hand_in(session: Session, values: Values) -> None:
    """Fill a sheet in and hand it in."""
    sheet, now = session.get_one(ScoreSheet, values["sheet"]), datetime.fromisoformat(values["now"])
    actor, points = people.actor_for(session, sheet.judge_id, now), t2(values["total"])
    scoring_services.hand_in(session, actor=actor, sheet=sheet, points=points, version=1, now=now)


ACTS: dict[str, Callable[[Session, Values], None]] = {
    act.__name__: act for act in (compute, publish, cut_quota, reopen, save, hand_in)
}


def outcome_of(session: Session, name: str, values: Values) -> str:
    """How an act came out: `won`, or the name of the refusal."""
    try:
        ACTS[name](session, values)
        session.commit()
        return "won"
    except DomainError as refusal:
        session.rollback()
        return type(refusal).__name__


def serve(asked: Connection) -> None:
    """Do one list of acts after the other, each on a database that is named with it, until nobody asks.

    What is received are the address and the acts, then a word to begin; what is sent: `ready`, then the outcomes.
    """
    while True:
        try:
            url, acts = asked.recv()
        except EOFError:
            return
        sessions = Sessions(make_engine(url))
        with sessions.reading() as session:
            session.execute(sa.select(Round.id).limit(1))
        asked.send("ready")
        asked.recv()
        outcomes = []
        for name, values in acts:
            with sessions.writing() as session:
                outcomes.append(outcome_of(session, name, values))
        asked.send(outcomes)
        sessions.engine.dispose()


load_models()
