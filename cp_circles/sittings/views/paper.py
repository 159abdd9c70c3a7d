"""Sheets on paper: printed blank, entered with their scan, and checked by the judge whose sheet it is."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.files import queries as files
from cp_circles.files.naming import safe_name
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.judging import guards
from cp_circles.judging import rules as judging
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.judging.presenting import criterion_fields
from cp_circles.judging.queries import panels, rounds
from cp_circles.judging.queries.panels import own_sheets, sheet_by_id
from cp_circles.rulesets.schema import Rubric
from cp_circles.scoring import presenting as scoring
from cp_circles.scoring.services.sheets import can_write_sheet, rubric_of
from cp_circles.sittings import presenting, rules, services
from cp_circles.sittings.forms import PaperForm
from cp_circles.sittings.queries.deliberations import numbers_of
from cp_circles.sittings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ReasonForm, whole_number
from cp_circles.web.i18n import locale_name, translate
from cp_circles.web.session import db_session, now, settings
from cp_circles.web.uploads import read_upload


@bp.get("/rounds/<int:round_id>/blank-sheets")
def blank_sheets(round_id: int) -> ResponseReturnValue:
    """The open sheets on A4, one a page: all of the round for its organiser, a judge's own for the judge."""
    session, actor = db_session(), current_actor()
    round_ = rounds.round_for(session, actor=actor, round_id=round_id)
    judge = panels.judge_of(session, round_id, actor.person_id)
    if rules.is_judge_of(judge, actor):
        ready = judge is not None and judge.conflicts_declared_at is not None
        found = list(own_sheets(session, person_id=actor.person_id or 0, round_id=round_id)) if ready else []
    elif judging.can_organise(actor, round_):
        found = list(panels.sheets_of_round(session, round_id))
    else:
        raise NotFound
    rule = guards.rule_of(session, round_)
    return render_template(
        "sittings/blank_sheets.html",
        round=round_,
        rule=rule,
        papers=[presenting.blank_sheet(row, rubric_of(session, row)) for row in found if _is_blank(row)],
        numbers=numbers_of(session, round_id),
        presenting=presenting,
    )


def _is_blank(sheet: ScoreSheet) -> bool:
    return sheet.state is SheetState.OPEN and not sheet.points


def _organised_sheet(sheet_id: int) -> ScoreSheet:
    """A sheet of a round that the reader holds."""
    sheet = sheet_by_id(db_session(), sheet_id)
    if not judging.can_organise(current_actor(), sheet.entry.round_):
        raise NotFound
    return sheet


@bp.get("/sheets/<int:sheet_id>/from-paper")
def new_paper_sheet(sheet_id: int) -> ResponseReturnValue:
    """The form in which a sheet is entered from paper: empty, also where the sheet was handed in before."""
    sheet = _organised_sheet(sheet_id)
    if sheet.state is not SheetState.OPEN:
        raise NotFound
    return _paper_page(sheet, PaperForm(None, data={"version": str(sheet.version)}), {}, {}, {})


def _paper_page(
    sheet: ScoreSheet,
    form: PaperForm,
    points: dict[str, str],
    comments: dict[str, str],
    errors: dict[str, str],
) -> str:
    """The form with what was typed and what was refused."""
    session, round_ = db_session(), sheet.entry.round_
    rubric, rule = rubric_of(session, sheet), guards.rule_of(session, round_)
    return render_template(
        "sittings/enter_paper.html",
        sheet=sheet,
        round=round_,
        rubric=rubric,
        name=scoring.entry_label(sheet),
        stage=presenting.stage_word(rule, sheet.stage),
        judge=numbers_of(session, round_.id).get(sheet.judge_id, 0),
        fields=criterion_fields(rubric, points, comments, errors),
        form=form,
        is_open=can_write_sheet(session, sheet, now()),
        begun=rules.is_begun(sheet),
        presenting=presenting,
        locale=locale_name(),
    )


@bp.post("/sheets/<int:sheet_id>/from-paper")
def enter_paper_sheet(sheet_id: int) -> ResponseReturnValue:
    """Enter and lock it."""
    sheet, form, errors = _organised_sheet(sheet_id), PaperForm(), dict[str, str]()
    session, rubric = db_session(), rubric_of(db_session(), sheet)
    points, comments = _sent(rubric, "p"), _sent(rubric, "c")

    def act() -> ResponseReturnValue:
        upload = read_upload(form.scan.first, field="scan")
        try:
            services.enter_paper_sheet(
                session,
                actor=current_actor(),
                sheet=sheet,
                points=points,
                comments=comments,
                comment=form.comment.data or "",
                scan=store_blob(session, _storage(), upload.content, upload.name, now()),
                scan_name=upload.name,
                version=form.base_version,
                now=now(),
            )
        except Invalid as refusal:
            errors[refusal.field] = translate(refusal.msgid, refusal.values)
            raise
        flash(_("Entered and locked; the judge is asked to check it."))
        return redirect(url_for("panels.show_panel", round_id=sheet.round_id))

    return form.answer(act, lambda: _paper_page(sheet, form, points, comments, errors))


def _sent(rubric: Rubric, prefix: str) -> dict[str, str]:
    """What was sent beside each criterion."""
    return {row.key: request.form.get(f"{prefix}-{row.key}", "").strip()[:2000] for row in rubric.criteria}


def _storage() -> LocalStorage:
    return LocalStorage(settings().evidence_folder)


@bp.get("/sheets/<int:sheet_id>/scan")
def paper_scan(sheet_id: int) -> ResponseReturnValue:
    """The scan that stands, or that of an earlier `version`: to the organiser and to the sheet's judge."""
    sheet, actor = sheet_by_id(db_session(), sheet_id), current_actor()
    holds = judging.can_organise(actor, sheet.entry.round_)
    sha256, scan_name = _scan_of(sheet, whole_number(request.args.get("version")))
    if not sha256 or not (holds or judging.is_own_sheet(actor, sheet)):
        raise NotFound
    blob = files.blob_by_hash(db_session(), sha256)
    name = safe_name(scan_name, blob.media_type)
    return send_content(
        files.open_blob(_storage(), blob), sha256=blob.sha256, media_type=blob.media_type, name=name
    )


def _scan_of(sheet: ScoreSheet, version: int | None) -> tuple[str | None, str]:
    """Hash and name of the scan behind a version, counted from 1; of the one that stands without a number."""
    if version is None or version == len(sheet.earlier) + 1:
        return sheet.scan_sha256, sheet.scan_name
    if not 1 <= version <= len(sheet.earlier):
        return None, ""
    earlier = sheet.earlier[version - 1]
    return earlier.get("scan"), earlier.get("scan_name", "")


def _own_paper(sheet_id: int) -> ScoreSheet:
    """The reader's own sheet."""
    sheet = sheet_by_id(db_session(), sheet_id)
    if not judging.is_own_sheet(current_actor(), sheet):
        raise NotFound
    return sheet


def _to_desk(sheet: ScoreSheet) -> ResponseReturnValue:
    return redirect(url_for("scoring.show_desk", blind_key=sheet.entry.blind_key, stage=sheet.stage))


@bp.post("/sheets/<int:sheet_id>/agree")
def agree_with_paper(sheet_id: int) -> ResponseReturnValue:
    """The judge agrees with what was entered."""
    sheet = _own_paper(sheet_id)
    services.agree_with_paper(db_session(), actor=current_actor(), sheet=sheet, now=now())
    flash(_("Noted: the sheet is as on your paper."))
    return _to_desk(sheet)


@bp.post("/sheets/<int:sheet_id>/object")
def object_to_paper(sheet_id: int) -> ResponseReturnValue:
    """The judge objects: the sheet is open again."""
    sheet, form = _own_paper(sheet_id), ReasonForm()
    if not form.validate():
        flash(_("Please give the reason; the people concerned will read it."), "error")
        return _to_desk(sheet)
    services.object_to_paper(
        db_session(), actor=current_actor(), sheet=sheet, reason=str(form.reason.data), now=now()
    )
    flash(_("Your sheet is open again; correct it and hand it in."))
    return _to_desk(sheet)
