"""The queue of the talks with its timer, and the talk that runs now on the judges' desks."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.judging import guards, phases
from cp_circles.judging import rules as judging
from cp_circles.judging.models import Round
from cp_circles.judging.queries import panels, rounds
from cp_circles.scoring.presenting import judge_label
from cp_circles.sittings import presenting, rules, services
from cp_circles.sittings.forms import StepForm
from cp_circles.sittings.models import Talk
from cp_circles.sittings.queries import talks as queries
from cp_circles.sittings.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.forms import BaseForm, ConfirmForm, whole_number
from cp_circles.web.session import db_session, now


@bp.get("/rounds/<int:round_id>/talks")
def show_talks(round_id: int) -> ResponseReturnValue:
    """The order of the talks, the one that runs with its timer, and who has locked."""
    return _queue_page(_own_round(round_id), ConfirmForm(None))


def _own_round(round_id: int) -> Round:
    """The round, if the reader holds it and its rule has a presentation; closed before entries are judged."""
    session = db_session()
    round_ = rounds.organised_round(session, actor=current_actor(), round_id=round_id)
    rule = guards.rule_of(session, round_)
    if not queries.is_presented(rule):
        raise NotFound
    if now() < phases.opens_at(round_, rule, "assign", "score"):
        raise phases.PhaseClosed(msg("The order of the talks is made once entries are accepted."))
    return round_


def _queue_page(round_: Round, form: BaseForm) -> str:
    """The queue, with the forms of its steps."""
    session = db_session()
    rule, talks = guards.rule_of(session, round_), list(queries.talks_of(session, round_.id))
    placed = {talk.entry_id for talk in talks}
    waiting = [row for row in queries.entries_to_present(session, round_.id) if row.id not in placed]
    running = next((talk for talk in talks if talk.began_at and not talk.ended_at), None)
    stage = rule.stage(queries.STAGE)
    return render_template(
        "sittings/show_talks.html",
        round=round_,
        stage=stage,
        talks=talks,
        waiting=waiting,
        entries=[talk.entry for talk in talks] + waiting,
        running=running,
        clock=presenting.clock_words(queries.clock_of(running, rule), now()) if running else None,
        locks=queries.locks_of(session, round_.id),
        nothing=queries.Locks(),
        may_move=phases.right_open(round_, rule, "present", now()),
        may_order=round_.published_at is None and round_.finished_at is None,
        form=form,
        presenting=presenting,
        judge_label=judge_label,
    )


@bp.post("/rounds/<int:round_id>/talks")
def order_talks(round_id: int) -> ResponseReturnValue:
    """Put the talks in order by the places that were written beside the entries."""
    round_, form = _own_round(round_id), ConfirmForm()

    def act() -> ResponseReturnValue:
        wanted = queries.entries_to_present(db_session(), round_.id)
        places = [(_place(entry.id), entry.number, entry.id) for entry in wanted]
        order = [entry_id for _place_, _number, entry_id in sorted(places)]
        services.order_talks(db_session(), actor=current_actor(), round_=round_, entry_ids=order, now=now())
        flash(_("The order of the talks is kept."))
        return redirect(url_for("sittings.show_talks", round_id=round_id))

    return form.answer(act, lambda: _queue_page(round_, form))


def _place(entry_id: int) -> int:
    text = request.form.get(f"place-{entry_id}", "").strip()
    place = whole_number(text)
    if text and (place is None or place > 9999):
        raise Invalid(msg("Write whole numbers as places."), field="order")
    return place if place is not None else 9999


@bp.post("/talks/<int:talk_id>")
def move_talk(talk_id: int) -> ResponseReturnValue:
    """Begin, questions, end, reveal."""
    talk, form = queries.talk_by_id(db_session(), talk_id), StepForm()
    if not judging.can_organise(current_actor(), talk.round_):
        raise NotFound

    def act() -> ResponseReturnValue:
        step = str(form.step.data)
        services.move_talk(db_session(), actor=current_actor(), talk=talk, step=step, now=now())
        flash(presenting.step_done(step, talk.entry))
        return redirect(url_for("sittings.show_talks", round_id=talk.round_id))

    return form.answer(act, lambda: _queue_page(talk.round_, form))


@bp.get("/rounds/<int:round_id>/talks/now")
def current_talk(round_id: int) -> ResponseReturnValue:
    """The talk that runs now, for the desks of the round's judges: a line that leads to its sheet."""
    session, actor = db_session(), current_actor()
    judge = panels.judge_of(session, round_id, actor.person_id)
    if judge is None or not rules.is_judge_of(judge, actor) or judge.conflicts_declared_at is None:
        raise NotFound
    talk = queries.running_talk(session, round_id)
    return render_template("sittings/_current_talk.html", **_line(talk, round_id, judge.person_id))


def _line(talk: Talk | None, round_id: int, person_id: int) -> dict[str, object]:
    """What a judge's desk shows of a talk; nothing of an entry that is not the judge's own."""
    own = queries.own_sheet_of(db_session(), talk, person_id) if talk else None
    if talk is None or own is None:
        return {"talk": None, "round_id": round_id}
    rule = guards.rule_of(db_session(), rounds.round_by_id(db_session(), round_id))
    return {
        "talk": talk,
        "sheet": own,
        "round_id": round_id,
        "name": presenting.entry_name(talk.entry),
        "clock": presenting.clock_words(queries.clock_of(talk, rule), now()),
    }
