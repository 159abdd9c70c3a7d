"""A published head or a handed-in sheet that was changed is found by `flask check`."""

from datetime import timedelta

import sqlalchemy as sa

from cp_circles.cli.check import check_heads, check_sheets
from cp_circles.db.models import Event
from cp_circles.judging.chain import PUBLISHES_HEAD
from cp_circles.judging.models import ScoreSheet
from cp_circles.standings import services as standings_services


def published(session, world):
    """A city round whose list is published."""
    round_ = world.judged_round()
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    standings_services.publish_standing(session, actor=official, round_=round_, now=now + timedelta(hours=1))
    return round_


def test_whole_rounds_pass_and_a_head_that_was_changed_is_named(session, world, capsys):
    published(session, world)
    assert check_heads(session) == check_sheets(session) == 0
    head = session.scalar(sa.select(Event).where(Event.verb == PUBLISHES_HEAD))
    head.after = {**head.after, "hash": "0" * 64}
    session.flush()
    assert check_heads(session) == 1 and "another hash" in capsys.readouterr().out


def test_points_and_hashes_changed_behind_the_chain_are_found(session, world):
    published(session, world)
    first, second = session.scalars(sa.select(ScoreSheet).order_by(ScoreSheet.id).limit(2)).all()
    first.points = {**first.points, "topic": "1"}
    second.sha256 = "0" * 64
    session.flush()
    assert check_sheets(session) == 2
