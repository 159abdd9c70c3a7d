"""The standing of a round: computing, reading, printing, publishing, finishing."""

import csv
import io
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.cells import harmless
from cp_circles.errors import NotFound, Stale
from cp_circles.judging import phases, presenting, services
from cp_circles.judging.chain import chain_of, published_head, verify_chain
from cp_circles.judging.forms import ComputeForm, ReserveForm
from cp_circles.judging.models import PublicList, Round, Standing
from cp_circles.judging.presenting.fairness import corrected
from cp_circles.judging.presenting.names import circle_named
from cp_circles.judging.queries import ladder, panels, rounds, sheets, standings
from cp_circles.judging.queries.public_lists import public_list_of
from cp_circles.judging.services.publicity import open_objections
from cp_circles.judging.services.standings import is_current, work_outstanding
from cp_circles.judging.views.blueprint import bp, given_reason, own_round, whole_number
from cp_circles.judging.views.outlooks import standing_outlook
from cp_circles.judging.views.quotas import held_above
from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.access import current_actor, is_signed_in
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import translate
from cp_circles.web.session import db_session, now, today


@bp.get("/rounds/<int:round_id>/standing")
def show_standing(round_id: int) -> ResponseReturnValue:
    """The standing, for those who hold the round; everybody else reads the published list."""
    round_ = own_round(round_id)
    return _standing_page(round_)


def _standing_page(round_: Round, form: ComputeForm | None = None) -> str:
    """The organiser's page of the standing, with the next act."""
    session = db_session()
    rule = rounds.rule_of(session, round_)
    standing = standings.standing_by_id(session, round_.standing_id)
    waiting = open_objections(session, round_)
    over = round_.published_at is not None and not phases.is_publicity_running(round_, now()) and not waiting
    return render_template(
        "judging/show_standing.html",
        holds=True,
        form=form or ComputeForm(None, data={"version": str(round_.version)}),
        current=is_current(session, round_) if standing else False,
        scoring_over=phases.is_scoring_over(round_, rule, now()),
        sheets=sheets.sheet_counts(session, [round_.id]).get(round_.id, (0, 0)),
        may_finish=over and round_.finished_at is None,
        may_return=bool(held_above(round_)),
        outstanding=_outstanding(round_, rule) if round_.published_at is None else [],
        earlier=standings.standings_of(session, round_.id)[1:],
        chain=verify_chain(session, chain_of(round_)),
        confirm_form=ConfirmForm(None),
        reserve_form=ReserveForm(None),
        reason_form=ReasonForm(None),
        shown_list=public_list_of(session, round_.id),
        tracks=[track.key for track in round_.tracks],
        public=False,
        **list_values(round_, standing),
    )


def _outstanding(round_: Round, rule: RoundRule) -> list[str]:
    """All that the standing waits for, in the reader's words."""
    found = work_outstanding(db_session(), round_, rule)
    return [translate(one.msgid, one.values) for one in found]


def list_values(round_: Round, standing: Standing | None, public: PublicList | None = None) -> dict[str, Any]:
    """What a page shows of a standing: rows by track, the cut, one entry redone by hand, the calendar.

    Everybody reads the dates, the end and the strikes of the `public` list, the organiser those of the round.
    """
    session, shown = db_session(), public or round_
    rule = rounds.rule_of(session, round_)
    rubrics = standings.rubrics_of(session, round_)
    finished = shown.finished_at is not None
    rows = list(standing.rows) if standing else []
    by_track: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.track_key, row.place, row.id)):
        by_track.setdefault(row.track_key, []).append(row)
    chosen = _chosen(rows)
    return {
        "round": round_,
        "rule": rule,
        "standing": standing,
        "by_track": by_track,
        "finished": finished,
        "chosen": chosen,
        "working": presenting.row_working(chosen, rule, rubrics[chosen.track_key], finished=finished)
        if chosen
        else None,
        "quotas": (standing.facts or {}).get("quotas", {}) if standing else {},
        "goes_up": bool((standing.facts or {}).get("goes_up")) if standing else False,
        "judges": len([judge for judge in panels.judges_of(session, round_.id) if judge.declined_at is None]),
        "calendar": presenting.calendar(round_, today(), shown),
        "published_at": shown.published_at,
        "held_at": public.held_at if public else None,
        "struck": public.struck if public else [row.entry_id for row in rows if row.entry.disqualified_at],
        "may_object": phases.is_publicity_running(shown, now()),
        "places": int(rule.decimals.value),
        "presenting": presenting,
        "corrected": corrected,
        "phase": phases.phase_of(round_, rule, now(), shown),
        "steps": ladder.steps_of(session, round_),
        "signed_in": is_signed_in(),
    }


def _chosen(rows: list[Any]) -> Any:
    """The row that is redone by hand: the asked one, else the last that goes up, else the first."""
    wanted = whole_number(request.args.get("entry"))
    asked = next((row for row in rows if row.entry_id == wanted), None)
    up = [row for row in rows if row.decision == "promoted"]
    return asked or (max(up, key=lambda row: (row.place, row.id)) if up else rows[0] if rows else None)


@bp.post("/rounds/<int:round_id>/standing")
def compute_standing(round_id: int) -> ResponseReturnValue:
    """Compute the standing; again only as its outlook was shown."""
    round_, form = own_round(round_id), ComputeForm()
    again = round_.standing_id is not None and bool(form.seen.data)

    def act() -> ResponseReturnValue:
        services.compute_again(
            db_session(),
            actor=current_actor(),
            round_=round_,
            version=form.base_version,
            reason=form.reason.data or "",
            seen=form.seen.data if again else None,
            now=now(),
        )
        flash(_("The standing is computed. Check it, then publish it."))
        return redirect(url_for("judging.show_standing", round_id=round_.id))

    try:
        return form.answer(
            act, lambda: standing_outlook(round_, form) if again else _standing_page(round_, form)
        )
    except Stale as stale:
        flash(translate(stale.msgid), "warning")
        name = "judging.foresee_standing" if again else "judging.show_standing"
        return redirect(url_for(name, round_id=round_id))


@bp.post("/rounds/<int:round_id>/publish")
def publish_standing(round_id: int) -> ResponseReturnValue:
    """Begin the publicity period."""
    round_ = own_round(round_id)
    services.publish_standing(
        db_session(), actor=current_actor(), round_=round_, hours=presenting.office_hours(), now=now()
    )
    flash(_("Published. Objections are taken until the period ends."))
    return redirect(url_for("judging.show_standing", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/hold-list")
def hold_list(round_id: int) -> ResponseReturnValue:
    """Hold the public list still."""
    round_, reason = own_round(round_id), given_reason()
    if reason is not None:
        services.hold_list(db_session(), actor=current_actor(), round_=round_, reason=reason, now=now())
        flash(_("The public list is held; what happens now stays with you until you let it follow again."))
    return redirect(url_for("judging.show_standing", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/lift-hold")
def lift_hold(round_id: int) -> ResponseReturnValue:
    """Let the public list follow again."""
    round_ = own_round(round_id)
    services.lift_hold(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("The public list follows again; everybody sees it as it stands now."))
    return redirect(url_for("judging.show_standing", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/finish")
def finish_round(round_id: int) -> ResponseReturnValue:
    """Close the round; who is promoted now stands in the round above."""
    round_ = own_round(round_id)
    raised = services.finish_round(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("The round is finished; %(count)s entries went up.", count=len(raised)))
    return redirect(url_for("judging.show_round", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/reserve")
def promote_reserve(round_id: int) -> ResponseReturnValue:
    """Move the first reserve of a track up."""
    round_, form = own_round(round_id), ReserveForm()
    services.promote_reserve(
        db_session(), actor=current_actor(), round_=round_, track_key=form.track.data or "", now=now()
    )
    flash(_("The first reserve went up."))
    return redirect(url_for("judging.show_standing", round_id=round_.id))


@bp.get("/rounds/<int:round_id>/standing/print")
def print_standing(round_id: int) -> ResponseReturnValue:
    """The standing on A4, to be redone by hand from the page alone."""
    round_ = own_round(round_id)
    return printed_page(round_)


def printed_page(round_: Round, public: PublicList | None = None) -> str:
    """Every entry with every score that was given, what was dropped, the means, the weights, the total."""
    session, shown = db_session(), public or round_
    standing = standings.standing_by_id(session, shown.standing_id)
    if standing is None:
        raise NotFound
    rule, rubrics = rounds.rule_of(session, round_), standings.rubrics_of(session, round_)
    finished = shown.finished_at is not None
    tracks: dict[str, list[presenting.EntryWorking]] = {}
    for row in sorted(standing.rows, key=lambda row: (row.track_key, row.place, row.id)):
        worked = presenting.row_working(row, rule, rubrics[row.track_key], finished=finished)
        tracks.setdefault(row.track_key, []).append(worked)
    return render_template(
        "judging/print_standing.html",
        round=round_,
        rule=rule,
        standing=standing,
        tracks=tracks,
        lines=presenting.rule_lines(round_, rule, rubrics),
        published_head=published_head(session, round_),
        presenting=presenting,
    )


@bp.get("/rounds/<int:round_id>/standing.csv")
def export_standing(round_id: int) -> ResponseReturnValue:
    """The standing as a table."""
    round_ = own_round(round_id)
    return csv_of(round_)


def csv_of(round_: Round, public: PublicList | None = None) -> Response:
    """A standing as CSV, with a mark that spreadsheet programs read as UTF-8."""
    session, shown = db_session(), public or round_
    standing = standings.standing_by_id(session, shown.standing_id)
    if standing is None:
        raise NotFound
    rule = rounds.rule_of(session, round_)
    finished = shown.finished_at is not None
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Track"),
            _("Place"),
            _("Entry"),
            _("Result"),
            _("Circle"),
            _("Company"),
            _("Score"),
            _("Decision"),
        ]
    )
    for row in sorted(standing.rows, key=lambda row: (row.track_key, row.place, row.id)):
        cells = [
            presenting.track_name(row.track_key),
            row.place,
            row.entry.number,
            row.entry.result.title,
            circle_named(row.entry.result),
            presenting.company_named(row.entry.result),
            presenting.fixed_score(row.score, int(rule.decimals.value)),
            presenting.decision_badge(row.decision, row.why, finished=finished)[0],
        ]
        writer.writerow([harmless(cell) for cell in cells])
    headers = {"Content-Disposition": f"attachment; filename=standing-{round_.id}.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)
