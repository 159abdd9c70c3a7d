"""Two hundred judges of a national round at once, each with two windows, before a server of two processes."""

import pytest
import sqlalchemy as sa

from bench.load import measure
from bench.pages import environment
from bench.round import build_round, hand_in, keep_draft
from bench.serving import serving
from cp_circles.db.engine import Sessions, make_engine
from cp_circles.db.models import Event
from cp_circles.judging.chain import verify_chain
from cp_circles.judging.models import ScoreSheet, SheetState

pytestmark = pytest.mark.prove
JUDGES, ENTRIES = 200, 3
SHEETS = JUDGES * ENTRIES
TOTALS = ("88", "70")
PATIENCE = 300.0
KEPT_TWICE_AND_LOCKED = 4


@pytest.fixture
def round_(fresh_database, tmp_path):
    """The round in a database of its own, and the settings of its server."""
    settings = environment(fresh_database(), tmp_path)
    return build_round(tmp_path, settings, judges=JUDGES, entries=ENTRIES, level="nation"), settings


def sent(port, bench, request, version):
    """How many of the requests were accepted: of each sheet one from each of its judge's two windows at once."""
    requests = [
        request(page, cookie, total=total, version=version)
        for page in bench.pages
        for total in TOTALS
        for cookie in bench.cookies
    ]
    load = measure(port, requests, connections=2 * JUDGES, seconds=PATIENCE, once=True)
    assert load.answers == len(requests)
    return load.answers - load.refused


def test_every_sheet_is_kept_once_and_locked_once(round_):
    bench, settings = round_
    with serving("wsgi:app", settings, workers=2) as port:
        assert sent(port, bench, keep_draft, 1) == SHEETS
        assert sent(port, bench, hand_in, 2) == SHEETS
        assert sent(port, bench, hand_in, 3) == 0
    engine = make_engine(bench.url)
    with Sessions(engine).reading() as session:
        sheets = session.scalars(sa.select(ScoreSheet).order_by(ScoreSheet.id)).all()
        locked = sa.select(Event).where(Event.verb == "judging.submit_sheet")
        events = {event.subject_id: event for event in session.scalars(locked)}
        links = session.scalar(sa.select(sa.func.count()).select_from(locked.subquery()))
        report = verify_chain(session, f"round:{bench.round_id}")
    engine.dispose()
    assert len(sheets) == len(events) == links == SHEETS
    for sheet in sheets:
        assert (sheet.state, sheet.version) == (SheetState.SUBMITTED, KEPT_TWICE_AND_LOCKED)
        assert f"{sheet.total:f}".removesuffix(".000") in TOTALS
        assert events[sheet.id].after["sha256"] == sheet.sha256
        assert events[sheet.id].actor_id == sheet.judge_id
    assert report.is_whole and report.length >= SHEETS
