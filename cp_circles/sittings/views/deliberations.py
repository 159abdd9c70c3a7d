"""The list of disagreements, and the room in which a panel deliberates on an entry."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from cp_circles.errors import NotFound, msg
from cp_circles.judging import guards, phases
from cp_circles.judging import rules as judging
from cp_circles.judging.models import Entry, Round, RoundJudge
from cp_circles.judging.queries import entries, panels, rounds
from cp_circles.scoring import presenting as scoring
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.sittings import presenting, services
from cp_circles.sittings.forms import MinutesForm, PanelDecisionForm, SendForm
from cp_circles.sittings.models import Deliberation, PanelDecision
from cp_circles.sittings.queries import deliberations as queries
from cp_circles.sittings.services.deliberations import require_seat
from cp_circles.sittings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.forms import whole_number
from cp_circles.web.session import db_session, now


@bp.get("/rounds/<int:round_id>/spread")
def show_spread(round_id: int) -> ResponseReturnValue:
    """How far the judges lie apart on each entry, and what the rule of the round asks for."""
    round_ = rounds.organised_round(db_session(), actor=current_actor(), round_id=round_id)
    return _spread_page(round_, SendForm(None))


def _spread_page(round_: Round, form: SendForm) -> str:
    """The list, with the form that sends an entry to its panel."""
    rule = guards.rule_of(db_session(), round_)
    if not phases.has_scoring_begun(round_, rule, now()):
        raise phases.PhaseClosed(msg("The list of disagreements opens with scoring."))
    return render_template(
        "sittings/show_spread.html",
        round=round_,
        rule=rule,
        spreads=[
            (row, presenting.spread_words(row)) for row in queries.spreads_of(db_session(), round_, rule)
        ],
        threshold=presenting.threshold_text(rule),
        may_send=round_.published_at is None and round_.finished_at is None,
        form=form,
        presenting=presenting,
    )


@bp.post("/rounds/<int:round_id>/deliberations")
def send_to_deliberation(round_id: int) -> ResponseReturnValue:
    """Send an entry to its panel."""
    session, actor, form = db_session(), current_actor(), SendForm()
    round_ = rounds.organised_round(session, actor=actor, round_id=round_id)

    def act() -> ResponseReturnValue:
        entry = _entry(round_, whole_number(form.entry_id.data))
        row = services.send_to_deliberation(
            session,
            actor=actor,
            entry=entry,
            stage=str(form.stage.data),
            reason=str(form.reason.data),
            now=now(),
        )
        flash(_("The entry is before its panel; its judges have a task."))
        return redirect(url_for("sittings.show_deliberation", deliberation_id=row.id))

    return form.answer(act, lambda: _spread_page(round_, form))


def _entry(round_: Round, entry_id: int | None) -> Entry:
    entry = entries.entry_by_id(db_session(), entry_id or 0)
    if entry.round_id != round_.id:
        raise NotFound
    return entry


@bp.get("/deliberations/<int:deliberation_id>")
def show_deliberation(deliberation_id: int) -> ResponseReturnValue:
    """The panel's points side by side, the minutes and the decision."""
    return _room_page(queries.deliberation_by_id(db_session(), deliberation_id))


def _room_page(
    row: Deliberation, minutes: MinutesForm | None = None, decision: PanelDecisionForm | None = None
) -> str:
    """The room, to a judge whose points are locked or to those who hold the round."""
    session, actor = db_session(), current_actor()
    seat = require_seat(session, actor, row)
    sheets = queries.sheets_of_entry(session, row.entry_id, row.stage)
    rule = guards.rule_of(session, row.round_)
    rubric = rubric_of(session, sheets[0])
    is_open = row.decided_at is None and row.round_.published_at is None and row.round_.finished_at is None
    holds = seat is None and judging.can_organise(actor, row.round_)
    return render_template(
        "sittings/show_deliberation.html",
        row=row,
        round=row.round_,
        name=presenting.entry_name(row.entry),
        stage=presenting.stage_word(rule, row.stage),
        panel=presenting.room_table(rubric, queries.as_decided(session, row, sheets)),
        took_part=" · ".join(scoring.judge_label(number) for number in row.present),
        minutes=minutes or MinutesForm(None),
        decision=_offer(decision or PanelDecisionForm(None), row) if holds and is_open else None,
        is_open=is_open,
        holds=holds,
        presenting=presenting,
        judge_label=scoring.judge_label,
    )


def _offer(form: PanelDecisionForm, row: Deliberation) -> PanelDecisionForm:
    """The form with the judges who may take part, and those who could read the entry as well."""
    session = db_session()
    sheets = queries.sheets_of_entry(session, row.entry_id, row.stage)
    numbers = [number for number, _sheet in queries.numbered(session, sheets)]
    form.present.choices = [SelectChoice(number, scoring.judge_label(number)) for number in numbers]
    holding = {sheet.judge_id for sheet in sheets}
    form.reader.choices = [SelectChoice("", _("nobody"))]
    form.reader.choices += [
        SelectChoice(judge.number, f"{scoring.judge_label(judge.number)} {judge.person.name}")
        for judge in _free(row, holding)
    ]
    return form


def _free(row: Deliberation, holding: set[int]) -> list[RoundJudge]:
    return [
        judge
        for judge in panels.judges_of(db_session(), row.round_id)
        if judge.person_id not in holding and judge.conflicts_declared_at and judge.declined_at is None
    ]


@bp.post("/deliberations/<int:deliberation_id>/minutes")
def add_minutes(deliberation_id: int) -> ResponseReturnValue:
    """Add a paragraph to the minutes."""
    row, form = queries.deliberation_by_id(db_session(), deliberation_id), MinutesForm()
    require_seat(db_session(), current_actor(), row)

    def act() -> ResponseReturnValue:
        services.add_minutes(
            db_session(), actor=current_actor(), deliberation=row, text=str(form.text.data), now=now()
        )
        return redirect(url_for("sittings.show_deliberation", deliberation_id=row.id))

    return form.answer(act, lambda: _room_page(row, minutes=form))


@bp.post("/deliberations/<int:deliberation_id>/decision")
def decide_deliberation(deliberation_id: int) -> ResponseReturnValue:
    """Put down what the panel decided."""
    session, actor = db_session(), current_actor()
    row = queries.deliberation_by_id(session, deliberation_id)
    if not judging.can_organise(actor, row.round_):
        raise NotFound
    form = _offer(PanelDecisionForm(), row)

    def act() -> ResponseReturnValue:
        judges = {judge.number: judge for judge in panels.judges_of(session, row.round_id)}
        services.decide_deliberation(
            session,
            actor=actor,
            deliberation=row,
            decision=PanelDecision(form.decision.data),
            text=str(form.text.data),
            present=form.present.data or (),
            reader=judges.get(form.reader.data or 0),
            now=now(),
        )
        flash(_("The panel's decision is put down."))
        return redirect(url_for("sittings.show_spread", round_id=row.round_id))

    return form.answer(act, lambda: _room_page(row, decision=form))
