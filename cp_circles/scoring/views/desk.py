"""The judge's desk: evidence beside the sheet, saved as it is typed, handed in once."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.scoring import sheet_total
from cp_circles.errors import DomainError, Invalid, NotFound, Stale
from cp_circles.judging import guards, phases, rules
from cp_circles.judging import presenting as words
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Round, ScoreSheet, SheetState
from cp_circles.judging.presenting.reading import given_reason, storage
from cp_circles.judging.queries import panels
from cp_circles.panels.queries.recusals import Ground, ground_between
from cp_circles.results import queries as results
from cp_circles.results.report import report_of
from cp_circles.rulesets.schema import Rubric
from cp_circles.scoring import presenting, services
from cp_circles.scoring import queries as sheets
from cp_circles.scoring.forms import SheetForm
from cp_circles.scoring.presenting.evidence import open_file, open_page
from cp_circles.scoring.presenting.versions import sheet_versions
from cp_circles.scoring.services.locking import criteria_of, points_of
from cp_circles.scoring.services.sheets import can_write_sheet, rubric_of
from cp_circles.scoring.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.formats import number, time_text
from cp_circles.web.forms import ReasonForm, whole_number
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.session import db_session, now
from cp_circles.web.versions import Difference


def own_sheet(blind_key: str, stage: str) -> ScoreSheet:
    """The reader's sheet, once conflicts are declared and blind work on the same entry is done."""
    sheet = sheets.own_sheet(db_session(), actor=current_actor(), blind_key=blind_key, stage=stage)
    return _required_seat(sheet)


def _sheet_to_write(blind_key: str, stage: str) -> ScoreSheet:
    """The same sheet, read as saving and handing in need it."""
    sheet = sheets.sheet_to_write(db_session(), actor=current_actor(), blind_key=blind_key, stage=stage)
    if not _is_unlocked(_required_seat(sheet)):
        raise NotFound
    return sheet


def _required_seat(sheet: ScoreSheet) -> ScoreSheet:
    judge = sheet.seat
    if judge is None or not rules.can_judge(current_actor(), judge) or judge.conflicts_declared_at is None:
        raise NotFound
    return sheet


def is_blind(sheet: ScoreSheet) -> bool:
    """True where the judge is shown the blind copy only."""
    stage = guards.rule_of(db_session(), sheet.entry.round_).stage(sheet.stage)
    return stage is None or stage.blind


def ground_of(sheet: ScoreSheet) -> Ground | str | None:
    """The ground that keeps the reader from this entry now, though it was assigned before it arose."""
    found = ground_between(db_session(), sheet.entry.round_, sheet.judge_id, sheet.entry_id)
    return None if found is None else Ground.of(found)


def _is_unlocked(sheet: ScoreSheet) -> bool:
    """False for a recused judge, and before the blind sheet of the same entry is in."""
    if sheet.state is SheetState.RECUSED:
        return False
    if is_blind(sheet):
        return True
    rule = guards.rule_of(db_session(), sheet.entry.round_)
    return not sheets.blind_work_left(db_session(), sheet, [row.key for row in rule.stages if row.blind])


def _shows_content(sheet: ScoreSheet) -> bool:
    """True for a sheet that is unlocked and whose judge nothing keeps apart from the entry."""
    return _is_unlocked(sheet) and ground_of(sheet) is None


@bp.get("/desk/<blind_key>/<stage>")
def show_desk(blind_key: str, stage: str) -> ResponseReturnValue:
    """The desk: evidence on the left, the sheet on the right."""
    return _desk_page(own_sheet(blind_key, stage))


def _desk_page(
    sheet: ScoreSheet,
    *,
    typed: dict[str, str] | None = None,
    comments: dict[str, str] | None = None,
    form: SheetForm | None = None,
    errors: dict[str, str] | None = None,
    stale: list[Difference] | None = None,
    refused: str = "",
) -> str:
    """The desk of one sheet, with what was typed and what was refused: it stays on the page in any case.

    Typed over a locked sheet it stands below that sheet as text to copy, and nothing can be changed any more.
    """
    session, round_ = db_session(), sheet.entry.round_
    rule, rubric = guards.rule_of(session, round_), rubric_of(session, sheet)
    unsaved: list[Difference] = []
    if refused and sheet.state is not SheetState.OPEN:
        overall = (form.comment.data if form else None) or ""
        stored = presenting.stored_words(sheet)
        found = presenting.differences(rubric, stored, typed or {}, comments or {}, overall)
        unsaved = [row for row in found if row.typed]
        typed, comments, form = None, None, None
    own = list(panels.own_sheets(session, person_id=sheet.judge_id, round_id=round_.id))
    ground = ground_of(sheet) if sheet.state is not SheetState.RECUSED else None
    open_now = sheet.state is SheetState.OPEN and can_write_sheet(session, sheet, now())
    writable = open_now and _is_unlocked(sheet) and ground is None
    fields = words.criterion_fields(
        rubric,
        sheet.points if typed is None else typed,
        sheet.comments if comments is None else comments,
        errors or {},
    )
    judge = panels.judge_of(session, round_.id, sheet.judge_id)
    return render_template(
        "scoring/desk.html",
        sheet=sheet,
        round=round_,
        rubric_name=rubric.names.in_(locale_name()),
        entry=presenting.entry_label(sheet),
        meta=_meta(sheet, rule),
        done=sum(1 for row in own if row.state is not SheetState.OPEN),
        count=len(own),
        deadline=words.deadline_text(_closes_at(round_, rule, sheet), now()),
        ticks=[presenting.tick(row, place, sheet) for place, row in enumerate(own, start=1)],
        declared_on=judge.conflicts_declared_at if judge else None,
        writable=writable or (bool(refused) and sheet.state is SheetState.OPEN),
        unsaved=unsaved,
        refused=refused,
        ground=ground,
        may_recuse=services.can_recuse(sheet),
        fields=fields,
        total=_total(rubric, sheet),
        maximum=number(rubric.total),
        form=form or _sheet_form(sheet),
        stale=stale,
        saved_at=time_text(sheet.saved_at) if sheet.saved_at else None,
        next=_next_open(own, sheet),
        previous=_before(own, sheet),
        panel=presenting.own_panel(rubric, sheet, sheets.panel_scores(session, sheet=sheet, now=now())),
        awaited=sheets.locks_awaited(session, sheet=sheet, now=now()),
        versions=sheet_versions(session, sheet, rubric),
        presented=phases.RIGHT_OF_STAGE.get(sheet.stage) == "present",
        reason_form=ReasonForm(None),
        shown=shown,
        **_evidence(sheet),
    )


def _closes_at(round_: Round, rule: Any, sheet: ScoreSheet) -> Any:
    return phases.closes_at(round_, rule, phases.RIGHT_OF_STAGE.get(sheet.stage, "score"))


def _meta(sheet: ScoreSheet, rule: Any) -> str:
    parts = [
        words.level_name(sheet.entry.round_.level),
        words.stage_name(rule, sheet.stage),
        words.track_name(sheet.entry.track_key),
    ]
    if is_blind(sheet):
        parts.append(_("blind: company, circle and people are masked"))
    return " · ".join(parts)


def _next_open(own: list[ScoreSheet], sheet: ScoreSheet) -> ScoreSheet | None:
    """The next sheet that is not handed in, after this one and then from the start."""
    place = next((n for n, row in enumerate(own) if row.id == sheet.id), 0)
    order = own[place + 1 :] + own[:place]
    return next((row for row in order if row.state is SheetState.OPEN), None)


def _before(own: list[ScoreSheet], sheet: ScoreSheet) -> ScoreSheet | None:
    """The sheet before this one in the order of work, before the first the last; None where it is alone."""
    place = next((n for n, row in enumerate(own) if row.id == sheet.id), 0)
    return own[place - 1] if len(own) > 1 else None


def _total(rubric: Rubric, sheet: ScoreSheet) -> dict[str, str]:
    """The running total as the macro shows it."""
    total = sheet_total(criteria_of(rubric), points_of(sheet))
    places = [n for n, row in enumerate(rubric.criteria, start=1) if row.key in total.missing]
    separator = ", " if locale_name() == "en" else "、"
    missing = _("Still to score: %(numbers)s.", numbers=separator.join(map(str, places))) if places else ""
    return {"scored": shown(total.raw) or "0", "of": number(total.of), "missing": missing}


def _sheet_form(sheet: ScoreSheet) -> SheetForm:
    return SheetForm(None, data={"version": str(sheet.version), "comment": sheet.comment})


def _evidence(sheet: ScoreSheet) -> dict[str, Any]:
    """What the judge reads: the report of the blind copy, or of the full package where the stage is open."""
    result, blind = sheet.entry.result, is_blind(sheet)
    package = result.blind_package if blind else result.package
    if package is None or not _shows_content(sheet):
        return {"report": None, "is_blind": blind}
    report = report_of(package, locale_name(), _)
    tab = request.args.get("tab", "report")
    asked = whole_number(request.args.get("file")) or 1, whole_number(request.args.get("page")) or 1
    files = () if blind or tab != "files" else package["evidence"]
    pages = results.shown_pages_of(db_session(), result.id) if blind else []
    at = min(max(1, whole_number(request.args.get("step")) or 1), len(report.steps) + 1)
    return {
        "report": report,
        "package": package,
        "at": at,
        "step": report.steps[at - 2] if at > 1 else None,
        "tab": tab if tab in ("report", "figures", "pages", "files") else "report",
        "is_blind": blind,
        "file": open_file(db_session(), storage(), sheet, files, *asked),
        "pages": pages,
        "leaf": open_page(sheet, pages, asked[1]) if tab == "pages" else None,
    }


def _typed(rubric: Rubric) -> tuple[dict[str, str], dict[str, str]]:
    """The points and comments that were sent."""
    points = {row.key: request.form.get(f"p-{row.key}", "").strip() for row in rubric.criteria}
    comments = {row.key: request.form.get(f"c-{row.key}", "").strip()[:2000] for row in rubric.criteria}
    return points, comments


@bp.post("/desk/<blind_key>/<stage>/draft")
def autosave_sheet(blind_key: str, stage: str) -> ResponseReturnValue:
    """Keep what was typed so far; answers with the version that now holds."""
    sheet, form = _sheet_to_write(blind_key, stage), SheetForm()
    points, comments = _typed(rubric_of(db_session(), sheet))
    try:
        saved = services.save_draft(
            db_session(),
            actor=current_actor(),
            sheet=sheet,
            points=points,
            comments=comments,
            comment=form.comment.data or "",
            version=form.base_version,
            spent=form.spent_seconds,
            now=now(),
        )
    except Stale as refusal:
        message = _("This sheet was saved in another window. Press “Save the draft” to compare both.")
        return jsonify({"message": message, "version": refusal.current.get("version")}), 409
    except Invalid as refusal:
        message = translate(refusal.msgid, refusal.values)
        return jsonify({"message": message, "field": f"p-{refusal.field}"}), 422
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return jsonify({"message": translate(refusal.msgid, refusal.values)}), 409
    return jsonify({"version": saved.version, "saved_at": time_text(now())})


def require_content(sheet: ScoreSheet) -> None:
    """NotFound where the entry's content is not shown to this judge."""
    if not _shows_content(sheet):
        raise NotFound


@bp.post("/desk/<blind_key>/<stage>")
def save_sheet(blind_key: str, stage: str) -> ResponseReturnValue:
    """Save, or save and hand in."""
    sheet, form, session = _sheet_to_write(blind_key, stage), SheetForm(), db_session()
    rubric = rubric_of(session, sheet)
    points, comments = _typed(rubric)
    hand_in = request.form.get("act") == "submit"
    try:
        (services.hand_in if hand_in else services.save_draft)(
            session,
            actor=current_actor(),
            sheet=sheet,
            points=points,
            comments=comments,
            comment=form.comment.data or "",
            version=form.base_version,
            spent=form.spent_seconds,
            now=now(),
        )
    except Stale as refusal:
        form.version.data, form.version.raw_data = str(refusal.current.get("version", 0)), None
        both = presenting.differences(rubric, refusal.current, points, comments, form.comment.data or "")
        page = _desk_page(sheet, typed=points, comments=comments, form=form, stale=both)
        return page, 409
    except Invalid as refusal:
        errors = {refusal.field: translate(refusal.msgid, refusal.values)}
        return _desk_page(sheet, typed=points, comments=comments, form=form, errors=errors), 422
    except NotFound:
        raise
    except DomainError as refusal:
        session.rollback()
        why = translate(refusal.msgid, refusal.values)
        return _desk_page(sheet, typed=points, comments=comments, form=form, refused=why), 409
    flash(_("Handed in and locked.") if hand_in else _("Saved."))
    return _onwards(sheet) if hand_in else redirect(request.path)


def _onwards(sheet: ScoreSheet) -> ResponseReturnValue:
    """To the next open sheet, or back to the list when all are in."""
    upcoming = sheets.next_open(db_session(), sheet)
    if upcoming is None:
        return redirect(url_for("scoring.round_desk", round_id=sheet.round_id))
    blind_key, stage = upcoming
    return redirect(url_for("scoring.show_desk", blind_key=blind_key, stage=stage))


@bp.post("/desk/<blind_key>/<stage>/abstain")
def abstain(blind_key: str, stage: str) -> ResponseReturnValue:
    """Give no score."""
    sheet, reason = own_sheet(blind_key, stage), given_reason()
    if reason is None:
        return redirect(url_for("scoring.show_desk", blind_key=blind_key, stage=stage))
    services.abstain(db_session(), actor=current_actor(), sheet=sheet, reason=reason, now=now())
    flash(_("You abstain from this entry; it does not count as zero."))
    return _onwards(sheet)


@bp.post("/desk/<blind_key>/<stage>/recuse")
def recuse(blind_key: str, stage: str) -> ResponseReturnValue:
    """Declare a conflict on this entry."""
    sheet, reason = own_sheet(blind_key, stage), given_reason()
    if reason is None:
        return redirect(url_for("scoring.show_desk", blind_key=blind_key, stage=stage))
    services.recuse(db_session(), actor=current_actor(), sheet=sheet, reason=reason, now=now())
    flash(_("You are recused from this entry; the organiser finds another judge."))
    return _onwards(sheet)
