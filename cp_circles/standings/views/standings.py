"""The standing of a round: computing, reading, printing, publishing, finishing."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound, Stale
from cp_circles.judging import phases
from cp_circles.judging import presenting as words
from cp_circles.judging.chain import chain_of, last_of, published_head, verify_chain
from cp_circles.judging.models import PublicList, Round, Standing
from cp_circles.judging.presenting.reading import given_reason, own_round
from cp_circles.judging.queries import ladder, panels, rounds
from cp_circles.judging.queries.public_lists import open_objections, public_list_of
from cp_circles.quotas.services import held_above
from cp_circles.rulesets.schema import RoundRule
from cp_circles.standings import presenting, services
from cp_circles.standings.forms import ComputeForm, ReserveForm
from cp_circles.standings.presenting.fairness import corrected
from cp_circles.standings.queries import lists, standings
from cp_circles.standings.services.promotion import tracks_to_fill
from cp_circles.standings.services.standings import reviews_outstanding, seems_current, work_outstanding
from cp_circles.standings.views.blueprint import bp
from cp_circles.standings.views.outlooks import standing_outlook
from cp_circles.web.access import current_actor, is_signed_in
from cp_circles.web.forms import ConfirmForm, ReasonForm, whole_number
from cp_circles.web.i18n import translate
from cp_circles.web.paging import Page, listed, requested_page
from cp_circles.web.session import db_session, now, sessions, today

LONGEST_FIND = 60
MOST_LINKS = 5_000


@bp.get("/rounds/<int:round_id>/standing")
def show_standing(round_id: int) -> ResponseReturnValue:
    """The standing, for those who hold the round; everybody else reads the published list."""
    round_ = own_round(round_id)
    return _standing_page(round_)


def _standing_page(
    round_: Round, form: ComputeForm | None = None, reserve_form: ReserveForm | None = None
) -> str:
    """The organiser's page of the standing, with the next act."""
    session = db_session()
    rule = rounds.rule_of(session, round_)
    standing = session.get(Standing, round_.standing_id) if round_.standing_id else None
    current, last = seems_current(session, round_), last_of(session, chain_of(round_))
    waiting = open_objections(session, round_)
    over = round_.published_at is not None and not phases.is_publicity_running(round_, now()) and not waiting
    return render_template(
        "standings/show_standing.html",
        holds=True,
        form=form or ComputeForm(None, data={"version": str(round_.version)}),
        current=current,
        scoring_over=phases.is_scoring_over(round_, rule, now()),
        sheets=panels.sheet_counts(session, [round_.id]).get(round_.id, (0, 0)),
        may_finish=over and round_.finished_at is None,
        may_return=bool(held_above(session, round_)),
        outstanding=_outstanding(round_, rule, current) if round_.published_at is None else [],
        earlier=standings.standings_of(session, round_.id)[1:],
        chain=verify_chain(session, chain_of(round_))
        if last and (last.position or 0) <= MOST_LINKS
        else None,
        last_link=last,
        confirm_form=ConfirmForm(None),
        reserve_form=reserve_form or ReserveForm(None),
        to_fill=tracks_to_fill(session, round_, now()),
        reason_form=ReasonForm(None),
        shown_list=public_list_of(session, round_.id),
        public=False,
        **list_values(round_, standing),
    )


def _outstanding(round_: Round, rule: RoundRule, current: bool) -> list[str]:
    """All that the standing waits for, in the reader's words; one that is current had all its scores."""
    session = db_session()
    found = reviews_outstanding(session, round_) if current else work_outstanding(session, round_, rule)
    return [translate(one.msgid, one.values) for one in found]


def list_values(round_: Round, standing: Standing | None, public: PublicList | None = None) -> dict[str, Any]:
    """What a page shows of a standing: some of its rows by track, the cut, one redone by hand, the calendar.

    Everybody reads the dates, the end and the strikes of the `public` list, the organiser those of the round.
    """
    session, shown = db_session(), public or round_
    rule = rounds.rule_of(session, round_)
    rubrics = rounds.rubrics_of(session, round_)
    finished = shown.finished_at is not None
    page, found = _list_page(standing), standing.id if standing else 0
    by_track: dict[str, list[Any]] = {}
    for row in page.items:
        by_track.setdefault(row.track_key, []).append(row)
    chosen = lists.row_of(session, found, whole_number(request.args.get("entry")))
    return {
        "round": round_,
        "rule": rule,
        "standing": standing,
        "page": page,
        "find": _wanted(),
        "own_rows": lists.own_rows(session, found, current_actor()) if is_signed_in() else [],
        "by_track": by_track,
        "counts": lists.track_counts(session, found),
        "cuts": lists.cuts_of(session, found),
        "finished": finished,
        "chosen": chosen,
        "working": words.row_working(chosen, rule, rubrics[chosen.track_key], finished=finished)
        if chosen
        else None,
        "quotas": (standing.facts or {}).get("quotas", {}) if standing else {},
        "goes_up": bool((standing.facts or {}).get("goes_up")) if standing else False,
        "judges": len([judge for judge in panels.judges_of(session, round_.id) if judge.declined_at is None]),
        "calendar": presenting.calendar(round_, today(), shown),
        "published_at": shown.published_at,
        "held_at": public.held_at if public else None,
        "struck": public.struck
        if public
        else [row.entry_id for row in page.items if row.entry.disqualified_at],
        "may_object": phases.is_publicity_running(shown, now()),
        "places": int(rule.decimals.value),
        "presenting": words,
        "corrected": corrected,
        "phase": phases.phase_of(round_, rule, now(), shown),
        "steps": ladder.steps_of(session, round_),
        "signed_in": is_signed_in(),
    }


def _list_page(standing: Standing | None) -> Page:
    """The asked page of a standing; an entry that is asked for is shown on its own page."""
    session, found = db_session(), standing.id if standing else 0
    entry, at = whole_number(request.args.get("entry")), requested_page()
    if entry and "page" not in request.args and not _wanted():
        at = lists.page_with(session, found, entry)
    return listed(lists.list_page(session, found, number=at, text=_wanted()))


def _wanted() -> str:
    """The name or number that is looked for."""
    return request.args.get("find", "").strip()[:LONGEST_FIND]


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
        return redirect(url_for("standings.show_standing", round_id=round_.id))

    try:
        return form.answer(
            act, lambda: standing_outlook(round_, form) if again else _standing_page(round_, form)
        )
    except Stale as stale:
        flash(translate(stale.msgid), "warning")
        name = "standings.foresee_standing" if again else "standings.show_standing"
        return redirect(url_for(name, round_id=round_id))


@bp.post("/rounds/<int:round_id>/publish")
def publish_standing(round_id: int) -> ResponseReturnValue:
    """Begin the publicity period."""
    round_ = own_round(round_id)
    services.publish_standing(
        db_session(), actor=current_actor(), round_=round_, hours=words.office_hours(), now=now()
    )
    flash(_("Published. Objections are taken until the period ends."))
    return redirect(url_for("standings.show_standing", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/hold-list")
def hold_list(round_id: int) -> ResponseReturnValue:
    """Hold the public list still."""
    round_, reason = own_round(round_id), given_reason()
    if reason is not None:
        services.hold_list(db_session(), actor=current_actor(), round_=round_, reason=reason, now=now())
        flash(_("The public list is held; what happens now stays with you until you let it follow again."))
    return redirect(url_for("standings.show_standing", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/lift-hold")
def lift_hold(round_id: int) -> ResponseReturnValue:
    """Let the public list follow again."""
    round_ = own_round(round_id)
    services.lift_hold(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("The public list follows again; everybody sees it as it stands now."))
    return redirect(url_for("standings.show_standing", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/finish")
def finish_round(round_id: int) -> ResponseReturnValue:
    """Close the round; who is promoted now stands in the round above."""
    round_ = own_round(round_id)
    held = _places_above(round_)
    raised = services.finish_round(db_session(), actor=current_actor(), round_=round_, now=now())
    flash(_("The round is finished. Entries that went up: %(count)s.", count=len(raised)))
    if back := held - _places_above(round_):
        flash(_("Places that no entry fills went back to the round above: %(count)s.", count=back))
    return redirect(url_for("judging.show_round", round_id=round_.id))


def _places_above(round_: Round) -> int:
    """How many places the round's organiser holds in the round above."""
    upper = ladder.round_above(db_session(), round_)
    if upper is None:
        return 0
    return sum(ladder.quotas_for(db_session(), upper, ladder.unit_of(round_)).values())


@bp.post("/rounds/<int:round_id>/reserve")
def promote_reserve(round_id: int) -> ResponseReturnValue:
    """Move the first reserve of a track up."""
    round_, form = own_round(round_id), ReserveForm()

    def act() -> ResponseReturnValue:
        services.promote_reserve(
            db_session(), actor=current_actor(), round_=round_, track_key=form.track.data or "", now=now()
        )
        flash(_("The first reserve went up."))
        return redirect(url_for("standings.show_standing", round_id=round_.id))

    return form.answer(act, lambda: _standing_page(round_, reserve_form=form))


@bp.get("/rounds/<int:round_id>/standing/print")
def print_standing(round_id: int) -> ResponseReturnValue:
    """The standing on A4, to be redone by hand from the page alone."""
    round_ = own_round(round_id)
    return printed_page(round_)


def printed_page(round_: Round, public: PublicList | None = None) -> str:
    """Entries with every score that was given, what was dropped, the means, the weights, the total.

    A long list is printed in parts.
    """
    session, shown = db_session(), public or round_
    standing = session.get(Standing, shown.standing_id) if shown.standing_id else None
    if standing is None:
        raise NotFound
    rule, rubrics = rounds.rule_of(session, round_), rounds.rubrics_of(session, round_)
    finished = shown.finished_at is not None
    tracks: dict[str, list[words.EntryWorking]] = {}
    page = lists.list_page(session, standing.id, number=requested_page(), size=lists.PER_PRINT)
    for row in page.rows:
        worked = words.row_working(row, rule, rubrics[row.track_key], finished=finished)
        tracks.setdefault(row.track_key, []).append(worked)
    return render_template(
        "standings/print_standing.html",
        round=round_,
        rule=rule,
        standing=standing,
        tracks=tracks,
        page=listed(page),
        lines=words.rule_lines(round_, rule, rubrics),
        published_head=published_head(session, round_),
        presenting=words,
    )


@bp.get("/rounds/<int:round_id>/standing.csv")
def export_standing(round_id: int) -> ResponseReturnValue:
    """The standing as a table."""
    round_ = own_round(round_id)
    return csv_of(round_)


def csv_of(round_: Round, public: PublicList | None = None) -> Response:
    """A whole standing as CSV, sent line by line, with a mark that spreadsheet programs read as UTF-8."""
    shown = public or round_
    if shown.standing_id is None:
        raise NotFound
    rule, finished = rounds.rule_of(db_session(), round_), shown.finished_at is not None
    table = presenting.list_table(
        lists.all_lines, sessions(), shown.standing_id, places=int(rule.decimals.value), finished=finished
    )
    headers = {"Content-Disposition": f"attachment; filename=standing-{round_.id}.csv"}
    return Response(stream_with_context(table), mimetype="text/csv", headers=headers)
