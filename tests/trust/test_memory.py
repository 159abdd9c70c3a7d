"""What goes through all lines of a round holds a portion of them at a time."""

import tracemalloc

import pytest

from bench.round import filled_round
from bench.season import NOW
from cp_circles.judging.models import Round
from cp_circles.people.rules import SYSTEM
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries import standings
from cp_circles.standings.services.fairness import severity_disagreements
from cp_circles.trust.export import audit_files, write_audit
from cp_circles.trust.holding import sheets_apart
from cp_circles.trust.outcomes import outcomes_apart

pytestmark = [pytest.mark.slow, pytest.mark.prove]
ENTRIES, MOST_MB = 1_500, 25


def peak(act):
    """The most memory, in MB, that an act held of its own."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_audit_check_and_report_hold_no_more_than_a_portion(engine, session, tmp_path):
    round_ = session.get_one(Round, filled_round(session, entries=ENTRIES, judges=5))
    standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=SYSTEM, round_=round_, now=NOW)
    number, standing_id = round_.id, round_.standing_id
    session.commit()
    session.expunge_all()
    round_ = session.get_one(Round, number)
    held = {
        "audit": peak(lambda: write_audit(audit_files(session, round_, now=NOW), tmp_path / "audit.zip")),
        "outcomes": peak(lambda: list(outcomes_apart(session))),
        "standings": peak(lambda: list(severity_disagreements(session))),
        "sheets": peak(lambda: list(sheets_apart(session))),
        "report": peak(lambda: standings.lines_reported(session, standing_id)),
    }
    assert max(held.values()) < MOST_MB, held
