"""The judge's home, and rounds in a line."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.homes.presenting.section import Section
from cp_circles.homes.queries import work
from cp_circles.judging import phases, presenting
from cp_circles.judging.models import Round, RoundJudge, SheetState
from cp_circles.judging.queries import rounds
from cp_circles.judging.queries.public_lists import held_lists
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.scoring import presenting as scoring_words
from cp_circles.web.session import now


def judge_section(session: Session, actor: Actor) -> Section | None:
    """The rounds in which the actor judges: progress, deadline, next entry; None for whoever judges none."""
    places = work.places_on_panels(session, actor.person_id)
    if not places:
        return (
            None
            if not actor.holds_any(Role.JUDGE)
            else Section(Role.JUDGE, "homes/_judge.html", {"cards": []})
        )
    known = rounds.rules_by_id(session, [place.round_ for place in places])
    sheets = work.sheets_by_round(session, actor.person_id)
    cards = [
        _card(place, known[place.round_.rule_edition_id], sheets.get(place.round_id, [])) for place in places
    ]
    return Section(Role.JUDGE, "homes/_judge.html", {"cards": cards})


def _card(place: RoundJudge, rule: Any, sheets: Sequence[Any]) -> dict[str, Any]:
    """One round of a judge with the one thing to do next."""
    round_ = place.round_
    upcoming = next((row for row in sheets if row.state is SheetState.OPEN), None)
    url, action = _next_act(place, upcoming)
    ends_at = phases.closes_at(round_, rule, *phases.SCORING_RIGHTS)
    return {
        "round": round_,
        "done": sum(1 for row in sheets if row.state is not SheetState.OPEN),
        "total": len(sheets),
        "deadline": presenting.deadline_text(ends_at, now()),
        "url": url,
        "action": action,
        "next": scoring_words.entry_label(upcoming) if upcoming else None,
        "organiser": presenting.organiser_name(round_),
    }


def _next_act(place: RoundJudge, upcoming: Any) -> tuple[str, str]:
    """Accept, declare, score, or look on."""
    round_id = place.round_id
    if place.accepted_at is None:
        return url_for("panels.show_invitation", round_id=round_id), _("Accept or decline")
    if place.conflicts_declared_at is None:
        return url_for("panels.new_declaration", round_id=round_id), _("Declare conflicts")
    if upcoming is not None:
        key, stage = upcoming.entry.blind_key, upcoming.stage
        return url_for("scoring.show_desk", blind_key=key, stage=stage), _("Score the next entry")
    return url_for("scoring.round_desk", round_id=round_id), _("Show my entries")


def round_lines(session: Session, found: Sequence[Round]) -> list[dict[str, Any]]:
    """Rounds with the phase that is active and when it ends."""
    known, read = rounds.rules_by_id(session, found), held_lists(session, [row.id for row in found])
    lines = []
    for round_ in found:
        rule = known[round_.rule_edition_id]
        phase = phases.phase_of(round_, rule, now(), read.get(round_.id))
        lines.append(
            {
                "round": round_,
                "phase": presenting.phase_name(rule, phase.key) if phase else None,
                "deadline": presenting.deadline_text(phase.ends_at, now()) if phase else "",
            }
        )
    return lines
