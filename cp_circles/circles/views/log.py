"""The activity log and its photos."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles import queries, rules, services
from cp_circles.circles.forms import ActivityForm, CorrectionForm
from cp_circles.circles.models import Activity, Circle
from cp_circles.circles.views.blueprint import bp, circle_of, dated, done
from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.files import queries as files
from cp_circles.files import services as storing
from cp_circles.files.naming import may_be_shown
from cp_circles.files.storage import LocalStorage
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ReasonForm
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now, settings, today
from cp_circles.web.uploads import read_uploads


def _inside(circle_id: int) -> Circle:
    circle = circle_of(circle_id)
    if not rules.can_see_inside(current_actor(), circle):
        raise NotFound
    return circle


def _loggable(circle_id: int) -> Circle:
    circle = _inside(circle_id)
    if not rules.can_log_activity(current_actor(), circle):
        raise NotAllowed
    return circle


def _storage() -> LocalStorage:
    return LocalStorage(settings().evidence_folder)


@bp.get("/<int:circle_id>/activities")
def list_activities(circle_id: int) -> ResponseReturnValue:
    """The whole log."""
    circle = _inside(circle_id)
    found = queries.activities_of(db_session(), circle.id, page=requested_page())
    return render_template(
        "circles/list_activities.html",
        circle=circle,
        page=listed(found),
        may_log=rules.can_log_activity(current_actor(), circle) and circle.state in rules.LIVE,
        mine=correctable(circle, found.rows),
        reason=ReasonForm(None),
    )


def correctable(circle: Circle, activities: Sequence[Activity]) -> set[int]:
    """The ids of the entries that the reader may correct or withdraw: two statements at most."""
    actor = current_actor()
    if circle.state not in rules.LIVE or not rules.can_log_activity(actor, circle):
        return set()
    own = [row for row in activities if rules.wrote_activity(actor, row) and row.withdrawn_at is None]
    return {row.id for row in own} - queries.settled_among(db_session(), own)


@bp.get("/<int:circle_id>/activities/new")
def new_activity(circle_id: int) -> ResponseReturnValue:
    """The form of an activity: today, with everybody ticked; of a step if the address names one."""
    circle = _loggable(circle_id)
    everybody = [member.id for member in circle.present_members]
    asked = {name: request.args.get(name, "") for name in ("project", "step")}
    form = ActivityForm(data={"held_on": today(), "minutes": 60, "attendees": everybody, **asked})
    return _page(circle, form)


@bp.post("/<int:circle_id>/activities")
def log_activity(circle_id: int) -> ResponseReturnValue:
    """Write the activity with its photos."""
    circle, form = _loggable(circle_id), ActivityForm()
    form.offer(circle)

    def act() -> ResponseReturnValue:
        services.log_activity(db_session(), circle=circle, photos=_stored(form), **_chosen(form), **dated())
        return done(circle, _("The activity is in the log."), _step_page(form))

    return form.answer(act, lambda: _page(circle, form))


def _step_page(form: ActivityForm) -> str | None:
    """The step from which the form was opened; None if it was opened from the circle."""
    if form.project_id is None or not form.step.data:
        return None
    return url_for("projects.show_step", project_id=form.project_id, key=form.step.data)


@bp.get("/<int:circle_id>/activities/<int:activity_id>/edit")
def edit_activity(circle_id: int, activity_id: int) -> ResponseReturnValue:
    """The form of an entry that its writer corrects."""
    circle, activity = _own_entry(circle_id, activity_id)
    attendees = [row.member_id for row in activity.attendance]
    return _correction_page(circle, activity, CorrectionForm(obj=activity, data={"attendees": attendees}))


@bp.post("/<int:circle_id>/activities/<int:activity_id>")
def correct_activity(circle_id: int, activity_id: int) -> ResponseReturnValue:
    """Write the new version of an entry."""
    (circle, activity), form = _own_entry(circle_id, activity_id), CorrectionForm()
    form.offer(circle, activity)

    def act() -> ResponseReturnValue:
        services.correct_activity(
            db_session(),
            circle=circle,
            activity=activity,
            attendee_ids=form.attendees.data or [],
            place=form.place.data or "",
            **form.chosen("held_on", "minutes", "summary", "reason"),
            **dated(),
        )
        return done(circle, _("The entry is corrected; the history keeps what stood before."))

    return form.answer(act, lambda: _correction_page(circle, activity, form))


@bp.post("/<int:circle_id>/activities/<int:activity_id>/withdraw")
def withdraw_activity(circle_id: int, activity_id: int) -> ResponseReturnValue:
    """Take an entry back, with a reason."""
    (circle, activity), form = _own_entry(circle_id, activity_id), ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]), field="reason")
    entry: dict[str, Any] = {"circle": circle, "activity": activity, "reason": str(form.reason.data)}
    services.withdraw_activity(db_session(), **entry, **dated())
    return done(circle, _("The entry is withdrawn; it no longer counts."))


def _own_entry(circle_id: int, activity_id: int) -> tuple[Circle, Activity]:
    circle = _loggable(circle_id)
    activity = queries.activity_of(db_session(), circle, activity_id)
    if not rules.wrote_activity(current_actor(), activity):
        raise NotAllowed(services.NOT_THEIR_ENTRY)
    return circle, activity


def _correction_page(circle: Circle, activity: Activity, form: CorrectionForm) -> str:
    form.offer(circle, activity)
    return render_template("circles/edit_activity.html", circle=circle, activity=activity, form=form)


@bp.get("/<int:circle_id>/photos/<int:photo_id>")
def show_photo(circle_id: int, photo_id: int) -> Response:
    """One photo of the log, or the file that stands for it."""
    photo = queries.photo_of(db_session(), _inside(circle_id), photo_id)
    return send_content(
        files.open_blob(_storage(), photo.blob),
        sha256=photo.sha256,
        media_type=photo.blob.media_type,
        name=photo.name,
        shown=may_be_shown(photo.blob.media_type),
    )


def _stored(form: ActivityForm) -> list[tuple[Any, str]]:
    storage = _storage()
    uploads = read_uploads(form.photos.data or [], field="photos")
    return [
        (storing.store_blob(db_session(), storage, each.content, each.name, now()), each.name)
        for each in uploads
    ]


def _chosen(form: ActivityForm) -> dict[str, Any]:
    return {
        "held_on": form.held_on.data,
        "minutes": form.minutes.data,
        "summary": form.summary.data,
        "place": form.place.data or "",
        "attendee_ids": form.attendees.data or [],
        "project_id": form.project_id,
        "step_key": (form.step.data or "")[:40] if form.project_id else "",
    }


def _page(circle: Circle, form: ActivityForm) -> str:
    form.offer(circle)
    return render_template("circles/new_activity.html", circle=circle, form=form)
