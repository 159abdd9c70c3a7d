"""Pages of one's tasks and of the outbox."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.notices import queries, rules, services
from cp_circles.notices.forms import NotificationForm
from cp_circles.notices.presenting import key_of, mail_lines, task_lines
from cp_circles.people.queries import keys_still_open
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now, settings, today

bp = Blueprint("notices", __name__)


@bp.get("/tasks")
def list_tasks() -> ResponseReturnValue:
    """What the reader has to do next, the nearest date first."""
    actor, shown = current_actor(), request.args.get("show", "")
    found = queries.open_tasks_listed(
        db_session(),
        actor,
        today=today(),
        overdue=shown == "overdue",
        own=shown == "own",
        page=requested_page(),
    )
    return render_template(
        "notices/list_tasks.html",
        page=listed(found, task_lines(found.rows, today())),
        counts=queries.task_counts_for(db_session(), actor, today=today()),
        shown=shown,
        confirm=ConfirmForm(None),
    )


@bp.post("/tasks/<int:task_id>/dismiss")
def dismiss_task(task_id: int) -> ResponseReturnValue:
    """Take a task off the list that asks for nothing but reading."""
    actor = current_actor()
    task = queries.task_for(db_session(), actor=actor, task_id=task_id)
    services.dismiss_task(db_session(), actor=actor, task=task, now=now())
    return redirect(url_for("notices.list_tasks"), 303)


@bp.get("/outbox")
def list_mails() -> ResponseReturnValue:
    """The reader's messages; for an administrator those of everybody."""
    actor = current_actor()
    everybodys = rules.can_see_all_mail(actor) and request.args.get("show") != "own"
    reader_id = actor.person_id if settings().is_production else None
    found = queries.mails_of(
        db_session(), person_id=None if everybodys else actor.person_id, page=requested_page()
    )
    keys = keys_still_open(db_session(), {key_of(mail) for mail in found.rows} - {""}, now())
    lines = mail_lines(found.rows, reader_id=reader_id, open_keys=keys, is_sent_on=bool(settings().mail_host))
    return render_template(
        "notices/list_mails.html",
        page=listed(found, lines),
        everybodys=everybodys,
        me=actor.person_id,
        may_see_all=rules.can_see_all_mail(actor),
    )


@bp.get("/account/notifications")
def edit_wishes() -> ResponseReturnValue:
    """How the reader wants to be told of things."""
    person_id = current_actor().person_id or 0
    kept = queries.settings_of(db_session(), [person_id]).get(person_id)
    form = NotificationForm()
    form.zone.data = kept.zone if kept else settings().time_zone
    if kept is not None:
        for kind in rules.KINDS:
            form[kind].data = rules.way_of(kept, kind)
        for kind in rules.REMINDER_KINDS:
            form[f"remind_{kind}"].data = str(kept.reminders.get(kind, rules.REMINDED_BEFORE))
        for name in ("quiet_from", "quiet_until"):
            hour = getattr(kept, name)
            form[name].data = "" if hour is None else str(hour)
    return render_template("notices/edit_wishes.html", form=form)


@bp.post("/account/notifications")
def keep_wishes() -> ResponseReturnValue:
    """Keep it; what waits already goes out as it was written."""
    form = NotificationForm()

    def act() -> ResponseReturnValue:
        start, end = form.hours
        services.keep_wishes(
            db_session(),
            actor=current_actor(),
            ways=form.chosen(*rules.KINDS),
            quiet_from=start,
            quiet_until=end,
            zone=str(form.zone.data),
            reminders=form.reminders,
            now=now(),
        )
        flash(_("Your settings are kept."), "success")
        return redirect(url_for("notices.edit_wishes"), 303)

    return form.answer(act, lambda: render_template("notices/edit_wishes.html", form=form))
