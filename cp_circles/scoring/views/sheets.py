"""The judge's lists, the files of the evidence, and sheets printed, in their versions and given back."""

from io import BytesIO
from typing import Any, BinaryIO

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.scoring import sheet_total
from cp_circles.errors import DomainError, NotFound, msg
from cp_circles.files import queries as files
from cp_circles.files.models import Blob
from cp_circles.files.naming import safe_name
from cp_circles.judging import guards, phases, rules
from cp_circles.judging import presenting as words
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Round, RoundJudge, ScoreSheet, SheetState, Standing
from cp_circles.judging.presenting.reading import given_reason, own_round, storage
from cp_circles.judging.queries import panels, rounds
from cp_circles.judging.queries.public_lists import read_list
from cp_circles.results import queries as results
from cp_circles.results.viewing import page_jpeg, viewed
from cp_circles.rulesets.schema import RoundRule
from cp_circles.scoring import presenting, services
from cp_circles.scoring import queries as sheets
from cp_circles.scoring.presenting.habits import OwnHabits, own_habits
from cp_circles.scoring.presenting.versions import sheet_versions
from cp_circles.scoring.services.locking import criteria_of, points_of
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.scoring.views.blueprint import bp
from cp_circles.scoring.views.desk import is_blind, own_sheet, require_content
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.formats import number
from cp_circles.web.forms import whole_number
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now

POINTS_HELD = msg("The points for this entry are shown once all its judges have handed in.")


@bp.get("/my-entries")
def my_entries() -> ResponseReturnValue:
    """The rounds in which the reader judges: what is open, until when, and the next entry."""
    session, actor = db_session(), current_actor()
    places = rounds.judging_rounds_of(session, actor.person_id or 0)
    known = rounds.rules_by_id(session, [place.round_ for place in places])
    cards = [
        _card(place, known[place.round_.rule_edition_id]) for place in places if place.declined_at is None
    ]
    return render_template("scoring/my_entries.html", cards=cards, presenting=words)


def _card(place: Any, rule: Any) -> dict[str, Any]:
    """One round on a judge's list."""
    round_ = place.round_
    own = panels.own_sheets(db_session(), person_id=place.person_id, round_id=round_.id)
    upcoming = next((row for row in own if row.state is SheetState.OPEN), None)
    return {
        "round": round_,
        "place": place,
        "done": sum(1 for row in own if row.state is not SheetState.OPEN),
        "total": len(own),
        "next": upcoming,
        "deadline": words.deadline_text(phases.closes_at(round_, rule, *phases.SCORING_RIGHTS), now()),
        "finished": round_.finished_at is not None,
    }


@bp.get("/rounds/<int:round_id>/desk")
def round_desk(round_id: int) -> ResponseReturnValue:
    """The reader's entries of one round."""
    session, actor = db_session(), current_actor()
    judge = panels.judge_of(session, round_id, actor.person_id)
    if not rules.can_judge(actor, judge):
        raise NotFound
    round_ = rounds.round_by_id(session, round_id)
    rule = rounds.rule_of(session, round_)
    own = panels.own_sheets(session, person_id=actor.person_id or 0, round_id=round_id)
    return render_template(
        "scoring/round_desk.html",
        round=round_,
        rule=rule,
        judge=judge,
        sheets=presenting.sheets_in(own, request.args.get("show")),
        groups=presenting.sheet_groups(own, round_id, request.args.get("show")),
        total=len(own),
        done=sum(1 for row in own if row.state is not SheetState.OPEN),
        next=next((row for row in own if row.state is SheetState.OPEN), None),
        presented=any(phases.RIGHT_OF_STAGE.get(row.stage) == "present" for row in own),
        deadline=words.deadline_text(phases.closes_at(round_, rule, *phases.SCORING_RIGHTS), now()),
        habits=_habits_shown(round_, rule, judge),
        entry_label=presenting.entry_label,
        presenting=words,
    )


def _habits_shown(round_: Round, rule: RoundRule, judge: RoundJudge | None) -> list[OwnHabits]:
    """How the reader's points lay against the panel's: of a finished round, from its published list."""
    shown = read_list(db_session(), round_) if round_.finished_at is not None else None
    standing = db_session().get(Standing, shown.standing_id) if shown is not None else None
    return own_habits(standing, rule, judge.number) if standing is not None and judge is not None else []


@bp.get("/desk/<blind_key>/<stage>/pages/<int:position>")
def desk_page_image(blind_key: str, stage: str, position: int) -> ResponseReturnValue:
    """One confirmed page of the blind copy."""
    sheet = own_sheet(blind_key, stage)
    require_content(sheet)
    found = results.shown_pages_of(db_session(), sheet.entry.result_id)
    page = next((row for row in found if row.position == position and row.shown_sha256), None)
    if page is None or page.shown_sha256 is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), page.shown_sha256)
    stream = files.open_blob(storage(), blob)
    name = f"page-{position}.png"
    return send_content(stream, sha256=blob.sha256, media_type=blob.media_type, name=name, shown=True)


@bp.get("/desk/<blind_key>/<stage>/evidence/<sha256>")
def desk_evidence(blind_key: str, stage: str, sha256: str) -> ResponseReturnValue:
    """One evidence file of the full package, `page` of it as a picture; a blind stage has none."""
    sheet = own_sheet(blind_key, stage)
    require_content(sheet)
    if is_blind(sheet):
        raise NotFound
    listed = (sheet.entry.result.package or {}).get("evidence", ())
    piece = next((row for row in listed if row["sha256"] == sha256), None)
    if piece is None:
        raise NotFound
    blob = files.blob_by_hash(db_session(), sha256)
    stream = files.open_blob(storage(), blob)
    if "page" in request.args:
        return _page_of(stream, blob, whole_number(request.args["page"]))
    return send_content(
        stream,
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=safe_name(piece["filename"], blob.media_type),
    )


def _page_of(stream: BinaryIO, blob: Blob, number: int | None) -> ResponseReturnValue:
    """One page of a picture or PDF; NotFound beyond its pages."""
    with stream:
        content = stream.read()
    if number is None or not 1 <= number <= viewed(content, blob.media_type).pages:
        raise NotFound
    picture = BytesIO(page_jpeg(content, blob.media_type, number))
    key = f"{blob.sha256}-{number}"
    return send_content(picture, sha256=key, media_type="image/jpeg", name=f"page-{number}.jpg", shown=True)


@bp.get("/desk/<blind_key>/<stage>/print")
def print_sheet(blind_key: str, stage: str) -> ResponseReturnValue:
    """The reader's own sheet on A4."""
    sheet = own_sheet(blind_key, stage)
    return _printed(sheet, presenting.entry_label(sheet))


@bp.get("/sheets/<int:sheet_id>/print")
def print_any_sheet(sheet_id: int) -> ResponseReturnValue:
    """A handed-in sheet on A4, for those who hold the round, once no judge of the entry is awaited."""
    sheet = panels.sheet_by_id(db_session(), sheet_id)
    if not rules.can_organise(current_actor(), sheet.entry.round_) or sheet.state is SheetState.OPEN:
        raise NotFound
    if sheets.is_awaited(db_session(), sheet):
        raise DomainError(POINTS_HELD)
    return _printed(sheet, presenting.entry_label(sheet))


@bp.get("/sheets/<int:sheet_id>/versions")
def show_versions(sheet_id: int) -> ResponseReturnValue:
    """Every version of a sheet with who, when and why, for those who hold the round.

    What stands on them is shown once no other judge of the entry is awaited.
    """
    session, sheet = db_session(), panels.sheet_by_id(db_session(), sheet_id)
    if not rules.can_organise(current_actor(), sheet.entry.round_):
        raise NotFound
    versions = sheet_versions(session, sheet, rubric_of(session, sheet))
    if versions is None:
        raise NotFound
    judge = panels.judge_of(session, sheet.round_id, sheet.judge_id)
    return render_template(
        "scoring/show_versions.html",
        sheet=sheet,
        round=sheet.entry.round_,
        versions=versions,
        points_held=sheets.is_awaited(session, sheet),
        label=presenting.entry_label(sheet),
        stage=words.stage_name(guards.rule_of(session, sheet.entry.round_), sheet.stage),
        judge_label=presenting.judge_label(judge.number) if judge else "–",
    )


def _printed(sheet: ScoreSheet, label: str) -> str:
    """A sheet as it is printed: every criterion, its points, the total."""
    session = db_session()
    rubric, judge = rubric_of(session, sheet), panels.judge_of(session, sheet.round_id, sheet.judge_id)
    rule = guards.rule_of(session, sheet.entry.round_)
    rows = [
        (
            row.names.in_(locale_name()),
            number(row.points),
            sheet.points.get(row.key, "–"),
            sheet.comments.get(row.key, ""),
        )
        for row in rubric.criteria
    ]
    total = sheet_total(criteria_of(rubric), points_of(sheet))
    return render_template(
        "scoring/print_sheet.html",
        sheet=sheet,
        round=sheet.entry.round_,
        label=label,
        rubric_name=rubric.names.in_(locale_name()),
        stage=words.stage_name(rule, sheet.stage),
        judge_number=judge.number if judge else "–",
        rows=rows,
        maximum=number(rubric.total),
        total=shown(sheet.total if sheet.total is not None else total.raw),
    )


@bp.post("/sheets/<int:sheet_id>/reopen")
def reopen_sheet(sheet_id: int) -> ResponseReturnValue:
    """Give a handed-in sheet back to its judge."""
    sheet = panels.sheet_by_id(db_session(), sheet_id)
    round_, reason = own_round(sheet.round_id), given_reason()
    if reason is not None:
        services.reopen_sheet(db_session(), actor=current_actor(), sheet=sheet, reason=reason, now=now())
        flash(_("The sheet is open again; its judge has been told."))
    return redirect(url_for("panels.show_panel", round_id=round_.id))
