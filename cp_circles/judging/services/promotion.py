"""Finishing a round: every entry gets its outcome, and who is promoted stands in the round above."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.errors import DomainError, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import put_head_in_platform_chain, record_round_event
from cp_circles.judging.models import Entry, EntryState, Round, Standing
from cp_circles.judging.queries import ladder, standings
from cp_circles.judging.services.bans import barred_circles
from cp_circles.judging.services.entries import add_entry, require_enterable
from cp_circles.judging.services.public_lists import require_not_held, write_public_list
from cp_circles.judging.services.publicity import require_publicity_over
from cp_circles.judging.services.quotas import places_used, return_unused
from cp_circles.judging.services.standings import is_current
from cp_circles.notices.services import finish_tasks, send_mail
from cp_circles.people.rules import Actor
from cp_circles.results.models import ResultState

FINAL = {
    "promoted": EntryState.PROMOTED,
    "reserve": EntryState.RESERVE,
    "not_promoted": EntryState.NOT_PROMOTED,
    "placed": EntryState.SCORED,
}


def finish_round(session: Session, *, actor: Actor, round_: Round, now: datetime) -> list[Entry]:
    """Close a round after publicity; gives back the entries that now stand in the round above.

    What was revoked or barred meanwhile does not go up; its place is left to a reserve, and places that no
    reserve can fill go back to the round above.
    """
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    guards.require_unfinished(round_)
    require_publicity_over(session, round_, now)
    require_not_held(session, round_)
    if not is_current(session, round_):
        raise DomainError(msg("Scores or quotas changed since the standing was computed; compute it again."))
    standing = standings.standing_by_id(session, round_.standing_id)
    assert standing is not None
    upper = _upper(session, round_, standing, now)
    raised, barred = [], barred_circles(session, round_.season.year)
    for row in standing.rows:
        revoked = not _may_go_up(row.entry, barred)
        row.entry.state = EntryState.NOT_PROMOTED if revoked and upper else FINAL[row.decision]
        if row.decision == "promoted" and upper is not None and not revoked:
            raised.append(_promote(session, actor, row.entry, upper, now))
    round_.finished_at = now
    session.flush()
    write_public_list(session, round_)
    finish_tasks(session, subject=round_, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.finish_round",
        subject=round_,
        at=now,
        after={"standing": standing.id, "outcomes": [[row.entry_id, row.decision] for row in standing.rows]},
    )
    if upper is not None:
        return_unused(session, actor=actor, round_=round_, upper=upper, now=now)
    put_head_in_platform_chain(session, actor=actor, round_=round_, now=now)
    return raised


def promote_reserve(session: Session, *, actor: Actor, round_: Round, track_key: str, now: datetime) -> Entry:
    """Move the first reserve of a track up, when the place of a promoted entry came back."""
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    if round_.finished_at is None:
        raise DomainError(msg("Finish the round first."))
    standing = standings.standing_by_id(session, round_.standing_id)
    upper = ladder.round_above(session, round_)
    if standing is None or upper is None:
        raise DomainError(msg("There is no round above."))
    unit = ladder.unit_of(round_)
    places = ladder.quotas_for(session, upper, unit).get(track_key, 0)
    if places_used(session, upper, unit, track_key) >= places:
        raise DomainError(msg("All %(places)s places of this unit and track are taken."), places=places)
    barred = barred_circles(session, round_.season.year)
    waiting = [
        row
        for row in standing.rows
        if row.track_key == track_key
        and row.entry.state is EntryState.RESERVE
        and _may_go_up(row.entry, barred)
    ]
    if not waiting:
        raise DomainError(msg("No reserve waits in this track."))
    first = min(waiting, key=lambda row: (row.why.get("reserve") or 0, row.place, row.id))
    guards.lock_round(session, upper)
    _require_open_above(session, upper, now)
    first.entry.state = EntryState.PROMOTED
    raised = _promote(session, actor, first.entry, upper, now)
    finish_tasks(session, subject=round_, kind=tasks.RESERVE, now=now)
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.promote_reserve",
        subject=first.entry,
        at=now,
        before={"state": "reserve"},
        after={"state": "promoted", "upper": upper.id},
    )
    return raised


def _may_go_up(entry: Entry, barred: Collection[int]) -> bool:
    """False for a result that was revoked, an entry that was disqualified, and a circle that is barred."""
    if entry.result.state is not ResultState.FROZEN or entry.disqualified_at is not None:
        return False
    return entry.result.project.circle_id not in barred


def _upper(session: Session, round_: Round, standing: Standing, now: datetime) -> Round | None:
    if ladder.rung_above(session, round_) is None:
        return None
    upper = ladder.round_above(session, round_)
    if upper is None:
        raise DomainError(msg("The round above is not open yet; nobody can be entered there."))
    if any(row.decision == "promoted" for row in standing.rows):
        guards.lock_round(session, upper)
        _require_open_above(session, upper, now)
    return upper


def _require_open_above(session: Session, upper: Round, now: datetime) -> None:
    rule = guards.rule_of(session, upper)
    if upper.finished_at is None and now < phases.closes_at(upper, rule, "submit_entry"):
        return
    if upper.finished_at is None and upper.accepts_late and upper.blind_numbers_at is None:
        return
    raise DomainError(
        msg(
            "%(round)s is closed for entries; ask its organiser to extend the entry phase"
            " or to accept late entries."
        ),
        round=upper.name,
    )


def _promote(session: Session, actor: Actor, entry: Entry, upper: Round, now: datetime) -> Entry:
    require_enterable(entry.result)
    if entry.track_key not in {track.key for track in upper.tracks}:
        raise DomainError(msg("%(round)s has no such track."), round=upper.name)
    raised = add_entry(
        session,
        actor=actor,
        round_=upper,
        result=entry.result,
        unit=ladder.unit_of(entry.round_),
        track_key=entry.track_key,
        from_entry=entry,
        now=now,
    )
    raised.submitted_by_id = entry.submitted_by_id
    session.flush()
    if entry.submitted_by_id is not None:
        values = {
            "round": entry.round_.name,
            "upper": upper.name,
            "title": entry.result.title,
            "url": f"/judging/entries/{raised.id}",
        }
        send_mail(
            session,
            to_person=entry.submitted_by_id,
            subject=tasks.PROMOTED,
            body=tasks.PROMOTED_BODY,
            values=values,
            now=now,
        )
    return raised
