"""What a decision would change is shown first, and applied only as it was shown."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, Invalid, NotAllowed
from cp_circles.judging import tasks
from cp_circles.judging.models import ObjectionState, SheetState, Standing
from cp_circles.judging.queries import panels
from cp_circles.notices.models import Mail
from cp_circles.objections import services as objections_services
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from tests.judging.world import t2

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)


def published(session, world, totals, **facts):
    """A city round in publicity with one place above."""
    round_ = world.judged_round(totals=totals, reserve_places=1, **facts)
    world.give_places(round_, 1)
    standings_services.compute_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    standings_services.publish_standing(session, actor=world.officials["city"], round_=round_, now=NOW)
    return round_


def admitted(session, world, round_, place=0):
    """An admitted objection to an entry, and the facts of deciding it."""
    now = NOW + timedelta(hours=30)
    entry = world.entries_of(round_)[place]
    text = "评委与该企业有往来，应当回避而未回避。"
    objection = objections_services.file_objection(
        session, actor=world.make.actor(), entry=entry, text=text, now=now
    )
    official = world.officials["city"]
    objections_services.admit_objection(session, actor=official, objection=objection, version=1, now=now)
    return objection, dict(actor=official, objection=objection, decision="经核实。", version=2, now=now)


def test_a_late_recusal_is_foreseen_then_applied_as_one_act(session, world):
    """Of 99, 95, 72, 60 the middle two count: 83.50; without the 99 the middle one: 72, behind the other's 80."""
    round_ = published(session, world, [["99", "95", "72", "60"], ["80"] * 4])
    first, second = world.entries_of(round_)
    objection, facts = admitted(session, world, round_)
    standing_id = round_.standing_id
    outlook = standings_services.foresee_decision(session, objection=objection, effect="set_aside", judge=1)
    assert round_.standing_id == standing_id and session.scalar(sa.select(sa.func.count(Standing.id))) == 1
    by_entry = {row.entry: row for row in outlook.changes}
    assert by_entry[first.id].stays and by_entry[second.id].goes_up
    assert str(by_entry[first.id].after.score) == "72.00"
    assert set(outlook.told) <= {first.submitted_by_id, second.submitted_by_id}
    objections_services.decide_objection(session, effect="set_aside", judge=1, seen=outlook.digest, **facts)
    rows = {row.entry_id: row for row in session.get(Standing, round_.standing_id).rows}
    for entry, change in by_entry.items():
        assert (rows[entry].place, rows[entry].score, rows[entry].decision) == (
            change.after.place,
            change.after.score,
            change.after.decision,
        )
    assert objection.state is ObjectionState.UPHELD and round_.published_at is not None
    aside = [s for s in panels.sheets_of_round(session, round_.id) if s.state is SheetState.RECUSED]
    assert [(s.entry_id, str(s.total)) for s in aside] == [(first.id, "99.000")]
    mails = session.scalars(sa.select(Mail).where(Mail.subject == tasks.LIST_CHANGED)).all()
    assert sorted(mail.person_id for mail in mails) == sorted(outlook.told)


def test_what_changed_meanwhile_is_shown_again(session, world):
    round_ = published(session, world, [["90"] * 3, ["80"] * 3, ["70"] * 3])
    objection, facts = admitted(session, world, round_)
    outlook = standings_services.foresee_decision(session, objection=objection, effect="disqualify")
    before = session.scalar(sa.select(sa.func.count(Event.id)))
    for seen in ("", "0" * 64):
        with pytest.raises(standings_services.Foreseen):
            objections_services.decide_objection(session, effect="disqualify", seen=seen, **facts)
    assert objection.state is ObjectionState.ADMITTED
    assert session.scalar(sa.select(sa.func.count(Event.id))) == before
    objections_services.decide_objection(session, effect="disqualify", seen=outlook.digest, **facts)
    rows = session.get(Standing, round_.standing_id).rows
    assert [row.decision for row in rows] == ["promoted", "reserve"]


def test_too_few_scores_are_refused_before_anything_is_written(session, world):
    round_ = published(session, world, [["90"] * 3, ["80"] * 3])
    objection, facts = admitted(session, world, round_)
    with pytest.raises(Invalid) as refused:
        standings_services.foresee_decision(session, objection=objection, effect="set_aside", judge=9)
    assert refused.value.field == "judge"
    with pytest.raises(DomainError) as short:
        objections_services.decide_objection(session, effect="set_aside", judge=1, **facts)
    assert short.value.values == {"entry": 1, "scored": 2, "needed": 3}
    assert objection.state is ObjectionState.ADMITTED
    assert {s.state for s in panels.sheets_of_round(session, round_.id)} == {SheetState.SUBMITTED}


def test_computing_again_shows_the_change_and_is_refused_while_sheets_are_open(session, world):
    round_ = world.judged_round(totals=[["90"] * 3, ["80"] * 3])
    world.give_places(round_, 1)
    official, now = world.officials["city"], world.at("deliberation")
    standings_services.compute_standing(session, actor=official, round_=round_, now=now)
    sheets = [s for s in panels.sheets_of_round(session, round_.id) if s.entry.number == 1]
    for sheet in sheets:
        scoring_services.reopen_sheet(session, actor=official, sheet=sheet, reason="漏看附件", now=now)
    with pytest.raises(DomainError) as open_:
        standings_services.foresee_standing(session, actor=official, round_=round_)
    assert open_.value.values == {"count": 3}
    for sheet in sheets:
        world.score(sheet, t2("70"), now=now)
    outlook = standings_services.foresee_standing(session, actor=official, round_=round_)
    assert [(row.goes_up, row.stays) for row in outlook.changes] == [(True, False), (False, True)]
    facts = dict(actor=official, round_=round_, version=round_.version, reason="补看附件后重评", now=now)
    with pytest.raises(standings_services.Foreseen):
        standings_services.compute_again(session, seen="0" * 64, **facts)
    standings_services.compute_again(session, seen=outlook.digest, **facts)
    assert [row.decision for row in session.get(Standing, round_.standing_id).rows] == ["promoted", "reserve"]
    with pytest.raises(NotAllowed):
        standings_services.foresee_standing(session, actor=world.officials["nation"], round_=round_)
