"""The panel of a round: invitations, declarations, judges who go, and assignment one by one."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.judges.queries import profiles_of
from cp_circles.judging import phases, presenting, rules
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.presenting.reading import given_reason, own_round
from cp_circles.judging.queries import entries, panels, rounds
from cp_circles.judging.queries.public_lists import dates_read
from cp_circles.panels import services
from cp_circles.panels.forms import AssignForm, DeclarationForm, InviteForm
from cp_circles.panels.planning import is_ready
from cp_circles.panels.queries.behind import judges_behind, last_reminded_at
from cp_circles.panels.queries.recusals import Ground, recusals
from cp_circles.panels.services.assignments import JudgeRecused
from cp_circles.panels.services.reminding import EVERY
from cp_circles.panels.views.blueprint import bp
from cp_circles.people import queries as people
from cp_circles.rulesets.schema import RoundRule
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm, choices, whole_number
from cp_circles.web.i18n import translate
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now, today


@bp.get("/rounds/<int:round_id>/panel")
def show_panel(round_id: int) -> ResponseReturnValue:
    """The judges of a round, who judges what, and who must be kept apart from what."""
    return _panel_page(own_round(round_id))


def _panel_page(round_: Round, form: AssignForm | None = None) -> str:
    """The panel's page with the form of an assignment."""
    session = db_session()
    judges = panels.judges_of(session, round_.id)
    judged = panels.judged_entries(session, round_.id)
    rule = rounds.rule_of(session, round_)
    page = panels.judged_listed(session, round_.id, number=requested_page())
    shown = [row.id for row in page.rows]
    given = _by_entry(panels.sheets_of_entries(session, round_.id, shown))
    apart = recusals(session, round_, [judge.person_id for judge in judges], shown)
    conflicts, reminded_at = panels.conflicts_of(session, round_.id), last_reminded_at(session, round_)
    return render_template(
        "panels/show_panel.html",
        round=round_,
        rule=rule,
        stages=rule.stages,
        judges=judges,
        entries=page.rows,
        page=listed(page),
        sheets=given,
        short=_short_of_judges(rule, page.rows, given),
        awaited={key for key, own in given.items() if any(one.state is SheetState.OPEN for one in own)},
        numbers={judge.person_id: judge.number for judge in judges},
        loads=panels.loads_of(session, round_.id),
        profiles=profiles_of(session, [judge.person_id for judge in judges]),
        today=today(),
        apart={pair: Ground.of(key) for pair, key in apart.items()},
        declared={
            id_: sum(1 for row in conflicts if row.person_id == id_)
            for id_ in {c.person_id for c in conflicts}
        },
        form=_offer(form or AssignForm(), round_, judges, judged),
        found=panels.people_to_invite(session, round_, request.args.get("q", "")),
        q=request.args.get("q", ""),
        behind=judges_behind(session, round_, rule, now()),
        reminded_at=reminded_at,
        may_remind=reminded_at is None or now() >= reminded_at + EVERY,
        may_number=entries.waits_for_number(session, round_.id),
        undeclared=0 if phases.has_scoring_begun(round_, rule, now()) else _undeclared(judges),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


def _undeclared(judges: Sequence[RoundJudge]) -> int:
    """How many who accepted have not declared conflicts; until scoring begins, numbers wait for them."""
    return sum(
        row.accepted_at is not None and row.declined_at is None and row.conflicts_declared_at is None
        for row in judges
    )


def _by_entry(every: Sequence[Any]) -> dict[tuple[int, str], list[Any]]:
    found: dict[tuple[int, str], list[Any]] = {}
    for sheet in every:
        found.setdefault((sheet.entry_id, sheet.stage), []).append(sheet)
    return found


def _short_of_judges(
    rule: RoundRule, entries: Sequence[Entry], given: dict[tuple[int, str], list[ScoreSheet]]
) -> dict[tuple[int, str], int]:
    """(entry, stage) -> how many score it or have, where these are fewer than the rule asks for."""
    found: dict[tuple[int, str], int] = {}
    for entry in entries:
        for stage in rule.stages:
            sheets = given.get((entry.id, stage.key), [])
            able = sum(sheet.state in (SheetState.OPEN, SheetState.SUBMITTED) for sheet in sheets)
            if sheets and able < stage.min_judges.value:
                found[(entry.id, stage.key)] = able
    return found


def _offer(
    form: AssignForm, round_: Round, judges: Sequence[RoundJudge], judged: Sequence[Any]
) -> AssignForm:
    """Offer the entries, the judges who accepted and declared conflicts, and the stages."""
    rule = rounds.rule_of(db_session(), round_)
    form.entry_id.choices = choices(
        [(row.id, f"{row.blind_number or '–'} · {row.number:02d} · {row.result.title}") for row in judged]
    )
    form.judge_id.choices = choices(
        [(row.id, f"{row.number} · {row.person.name}") for row in judges if is_ready(row)]
    )
    form.stage.choices = choices(
        [(stage.key, presenting.stage_name(rule, stage.key)) for stage in rule.stages]
    )
    return form


@bp.post("/rounds/<int:round_id>/judges")
def invite_judge(round_id: int) -> ResponseReturnValue:
    """Invite a person to the panel."""
    round_, form = own_round(round_id), InviteForm()
    person_id = whole_number(form.person_id.data)
    if person_id is None:
        raise NotFound
    person = people.person_by_id(db_session(), person_id)
    services.invite_judge(db_session(), actor=current_actor(), round_=round_, person=person, now=now())
    flash(_("%(name)s is invited.", name=person.name))
    return redirect(url_for("panels.show_panel", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/reminders")
def remind_judges(round_id: int) -> ResponseReturnValue:
    """Remind the judges who are behind."""
    round_ = own_round(round_id)
    reached = services.remind_judges(db_session(), actor=current_actor(), round_=round_, now=now())
    names = _(", ").join(row.judge.person.name for row in reached)
    flash(_("Reminded: %(names)s.", names=names))
    return redirect(url_for("panels.show_panel", round_id=round_.id))


def _own_place(round_id: int) -> RoundJudge:
    """The reader's place on the panel; NotFound for everybody else."""
    judge = panels.judge_of(db_session(), round_id, current_actor().person_id)
    if judge is None:
        raise NotFound
    return judge


@bp.get("/rounds/<int:round_id>/invitation")
def show_invitation(round_id: int) -> ResponseReturnValue:
    """The invitation to judge: which round, until when, how much."""
    judge = _own_place(round_id)
    round_ = rounds.round_by_id(db_session(), round_id)
    rule = rounds.rule_of(db_session(), round_)
    return render_template(
        "panels/show_invitation.html",
        judge=judge,
        round=round_,
        lines=presenting.phase_lines(round_, rule, now(), dates_read(db_session(), round_)),
        presenting=presenting,
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


@bp.post("/rounds/<int:round_id>/invitation/accept")
def accept_invitation(round_id: int) -> ResponseReturnValue:
    """Accept."""
    services.accept_invitation(db_session(), actor=current_actor(), judge=_own_place(round_id), now=now())
    flash(_("Thank you. Next, declare your conflicts of interest."))
    return redirect(url_for("panels.show_invitation", round_id=round_id))


@bp.post("/rounds/<int:round_id>/invitation/decline")
def decline_invitation(round_id: int) -> ResponseReturnValue:
    """Decline, or step back."""
    judge, reason = _own_place(round_id), given_reason()
    if reason is not None:
        services.decline_invitation(
            db_session(), actor=current_actor(), judge=judge, reason=reason, now=now()
        )
        flash(_("The organiser knows that you do not judge in this round."))
    return redirect(url_for("panels.show_invitation", round_id=round_id))


@bp.get("/rounds/<int:round_id>/conflicts")
def new_declaration(round_id: int) -> ResponseReturnValue:
    """The alphabetical list of companies and circles, without any entry."""
    return _declaration_page(_own_place(round_id), DeclarationForm())


def _declaration_page(judge: RoundJudge, form: DeclarationForm) -> str:
    """The page of the declaration."""
    session, round_ = db_session(), rounds.round_by_id(db_session(), judge.round_id)
    if not rules.can_judge(current_actor(), judge):
        raise NotFound
    rule = rounds.rule_of(session, round_)
    is_open = now() >= phases.opens_at(round_, rule, "declare_conflict")
    if is_open:
        phases.require_declaring(round_, rule, now())
    listed = panels.declarable(session, round_)
    form.companies.choices = choices([(row.id, row.name) for row in listed.companies] if is_open else [])
    form.circles.choices = choices(
        [(row.id, f"{row.name} · {row.company.name}") for row in listed.circles] if is_open else []
    )
    return render_template(
        "panels/declare_conflicts.html",
        judge=judge,
        round=round_,
        form=form,
        is_open=is_open,
        opens_at=phases.opens_at(round_, rule, "declare_conflict"),
        has_sheets=bool(panels.own_sheets(session, person_id=judge.person_id, round_id=round_.id)),
    )


@bp.post("/rounds/<int:round_id>/conflicts")
def declare_conflicts(round_id: int) -> ResponseReturnValue:
    """Declare."""
    judge, form = _own_place(round_id), DeclarationForm()
    listed = panels.declarable(db_session(), rounds.round_by_id(db_session(), round_id))
    form.companies.choices = choices([(row.id, row.name) for row in listed.companies])
    form.circles.choices = choices([(row.id, row.name) for row in listed.circles])
    if not form.validate():
        return _declaration_page(judge, form), 422
    try:
        services.declare_conflicts(
            db_session(),
            actor=current_actor(),
            judge=judge,
            company_ids=form.companies.data or [],
            circle_ids=form.circles.data or [],
            note=form.note.data or "",
            now=now(),
        )
    except Invalid as refusal:
        form.fill_from(refusal)
        return _declaration_page(judge, form), 422
    flash(_("Declared. Your entries appear in your list as soon as they are assigned."))
    return redirect(url_for("scoring.round_desk", round_id=round_id))


@bp.post("/rounds/<int:round_id>/assign")
def assign_judge(round_id: int) -> ResponseReturnValue:
    """Give an entry to a judge by hand."""
    round_, session = own_round(round_id), db_session()
    judges, judged = panels.judges_of(session, round_.id), panels.judged_entries(session, round_.id)
    form = _offer(AssignForm(), round_, judges, judged)

    def act() -> ResponseReturnValue:
        entry = next(row for row in judged if row.id == form.entry_id.data)
        judge = next(row for row in judges if row.id == form.judge_id.data)
        try:
            services.assign_judge(
                session, actor=current_actor(), entry=entry, judge=judge, stage=form.stage.data, now=now()
            )
        except JudgeRecused as refusal:
            form.judge_id.errors = [translate(refusal.msgid, refusal.values)]
            return _panel_page(round_, form), 409
        flash(_("Assigned."))
        return redirect(url_for("panels.show_panel", round_id=round_.id))

    return form.answer(act, lambda: _panel_page(round_, form))


@bp.post("/rounds/<int:round_id>/judges/<int:judge_id>/release")
def release_judge(round_id: int, judge_id: int) -> ResponseReturnValue:
    """Let a judge go who drops out."""
    round_, reason = own_round(round_id), given_reason()
    judge = next((row for row in panels.judges_of(db_session(), round_.id) if row.id == judge_id), None)
    if judge is None:
        raise NotFound
    if reason is not None:
        services.release_judge(db_session(), actor=current_actor(), judge=judge, reason=reason, now=now())
        flash(_("%(name)s is released; make a plan for what is left open.", name=judge.person.name))
    return redirect(url_for("panels.show_panel", round_id=round_.id))


@bp.post("/sheets/<int:sheet_id>/unassign")
def unassign_judge(sheet_id: int) -> ResponseReturnValue:
    """Take an open sheet back."""
    sheet = panels.sheet_by_id(db_session(), sheet_id)
    round_, reason = own_round(sheet.round_id), given_reason()
    if reason is not None:
        services.unassign_judge(db_session(), actor=current_actor(), sheet=sheet, reason=reason, now=now())
        flash(_("The sheet is taken back."))
    return redirect(url_for("panels.show_panel", round_id=round_.id))
