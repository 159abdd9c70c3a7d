"""Acts on a circle: one POST names each."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.circles import services
from cp_circles.circles.forms import DutyForm, MemberForm, RenewForm
from cp_circles.circles.models import Circle, CircleMember
from cp_circles.circles.views.blueprint import acting, bp, circle_of, dated, done
from cp_circles.circles.views.circles import circle_page, editable_circle
from cp_circles.errors import NotFound
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import db_session


def _reason() -> str:
    return ReasonForm().reason.data or ""


def _member(circle: Circle, member_id: int) -> CircleMember:
    found = next((row for row in circle.present_members if row.id == member_id), None)
    if found is None:
        raise NotFound
    return found


@bp.post("/<int:circle_id>/submit")
def submit_circle(circle_id: int) -> ResponseReturnValue:
    """Hand the registration to the department."""
    circle = services.submit_circle(db_session(), circle=circle_of(circle_id), **dated())
    return done(circle, _("Submitted: the department has a task to approve it."))


@bp.post("/<int:circle_id>/return")
def return_circle(circle_id: int) -> ResponseReturnValue:
    """Return it with a reason."""
    circle = services.return_circle(db_session(), circle=circle_of(circle_id), reason=_reason(), **dated())
    return done(circle, _("Returned: the leader has a task and a message with your reason."))


@bp.post("/<int:circle_id>/approve")
def approve_circle(circle_id: int) -> ResponseReturnValue:
    """Register it."""
    circle = services.approve_circle(db_session(), circle=circle_of(circle_id), **dated())
    return done(circle, _("Registered under the number %(number)s.", number=circle.number))


@bp.post("/<int:circle_id>/renew")
def renew_circle(circle_id: int) -> ResponseReturnValue:
    """Renew it for this year."""
    remark = RenewForm().remark.data or ""
    circle = services.renew_circle(db_session(), circle=circle_of(circle_id), remark=remark, **dated())
    return done(circle, _("Renewed for this year."))


@bp.post("/<int:circle_id>/revive")
def revive_circle(circle_id: int) -> ResponseReturnValue:
    """Bring a dormant circle back."""
    circle = services.revive_circle(db_session(), circle=circle_of(circle_id), reason=_reason(), **dated())
    return done(circle, _("The circle is active again."))


@bp.post("/<int:circle_id>/deregister")
def deregister_circle(circle_id: int) -> ResponseReturnValue:
    """Strike it off with a reason."""
    circle = services.deregister_circle(
        db_session(), circle=circle_of(circle_id), reason=_reason(), **acting()
    )
    return done(circle, _("The circle is struck off."))


@bp.post("/<int:circle_id>/members")
def add_member(circle_id: int) -> ResponseReturnValue:
    """Take a colleague in."""
    circle, form = editable_circle(circle_id), MemberForm()

    def act() -> ResponseReturnValue:
        services.add_member(
            db_session(),
            circle=circle,
            who=form.who.data,
            duty=form.duty.data or "",
            title=form.title.data or "",
            **dated(),
        )
        return done(circle, _("The member has joined."))

    return form.answer(act, lambda: circle_page(circle, joining=form))


@bp.post("/<int:circle_id>/members/<int:member_id>")
def edit_member(circle_id: int, member_id: int) -> ResponseReturnValue:
    """Save a member's duty and title."""
    circle, form = circle_of(circle_id), DutyForm()
    services.edit_member(
        db_session(),
        circle=circle,
        member=_member(circle, member_id),
        duty=form.duty.data or "",
        title=form.title.data or "",
        **acting(),
    )
    return done(circle, _("Saved."))


@bp.post("/<int:circle_id>/members/<int:member_id>/remove")
def remove_member(circle_id: int, member_id: int) -> ResponseReturnValue:
    """Note that a member has left."""
    circle = circle_of(circle_id)
    services.remove_member(
        db_session(), circle=circle, member=_member(circle, member_id), reason=_reason(), **dated()
    )
    return done(circle, _("The member has left."))


@bp.post("/<int:circle_id>/members/<int:member_id>/lead")
def change_leader(circle_id: int, member_id: int) -> ResponseReturnValue:
    """Hand the lead over."""
    circle = circle_of(circle_id)
    services.change_leader(
        db_session(), circle=circle, member=_member(circle, member_id), reason=_reason(), **acting()
    )
    return done(circle, _("The circle has a new leader."))
