"""Stand-ins of verifiers: the list of a company, naming, confirming and ending them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.organisations.models import Company
from cp_circles.people import queries, rules, services
from cp_circles.people.forms import StandInForm
from cp_circles.people.models import Role, ScopeKind, StandIn
from cp_circles.people.naming_queries import colleague_labels
from cp_circles.people.views.blueprint import bp
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ConfirmForm, ReasonForm
from cp_circles.web.i18n import enum_label
from cp_circles.web.session import clock, db_session, now
from cp_circles.web.tasks import assign_task, finish_tasks

PAGE = "/companies/<int:company_id>/stand-ins"
NOBODY = ("", "–")
CONFIRM = msg("Confirm that %(stand_in)s signs for %(person)s meanwhile")


@bp.get(PAGE)
def stand_ins(company_id: int) -> ResponseReturnValue:
    """The stand-ins of a company, and the form that names one."""
    return _page(company_id, StandInForm(None))


def _page(company_id: int, form: StandInForm) -> str:
    actor, company = current_actor(), _company(company_id)
    heads = actor.heads_department_of(company_id)
    sees_all = heads or actor.is_administrator
    _offer(form, company_id)
    return render_template(
        "people/stand_ins.html",
        company=company,
        rows=queries.stand_ins_of(db_session(), company_id, person_id=None if sees_all else actor.person_id),
        form=form,
        heads=heads,
        may_name=heads or bool(rules.own_roles_with_stand_in(actor, company_id)),
        me=actor.person_id,
        present=now(),
        confirm_form=ConfirmForm(None),
        reason_form=ReasonForm(None),
    )


def _company(company_id: int) -> Company:
    company = db_session().get(Company, company_id)
    if company is None or not rules.can_see_stand_ins_of(current_actor(), company_id):
        raise NotFound
    return company


def _offer(form: StandInForm, company_id: int) -> None:
    """The department chooses among all verifiers, a verifier only a stand-in for themselves."""
    session, actor = db_session(), current_actor()
    labels = colleague_labels(session, company_id)
    form.stand_in_id.choices = [NOBODY, *((str(id_), label) for id_, label in labels.items())]
    roles: tuple[Role, ...] = rules.own_roles_with_stand_in(actor, company_id)
    form.person_id.choices = [(str(actor.person_id), actor.name)]
    if actor.heads_department_of(company_id):
        roles = rules.STANDING_IN
        form.person_id.choices = [NOBODY, *_holders(roles, company_id, labels)]
    choices = [(role.value, enum_label(role)) for role in roles]
    form.role.choices = choices if len(choices) < 2 else [NOBODY, *choices]


def _holders(roles: Sequence[Role], company_id: int, labels: Mapping[int, str]) -> list[tuple[str, str]]:
    """Who holds any of the roles, each with all of them in words."""
    facts: dict[str, Any] = {"scope_kind": ScopeKind.COMPANY, "scope_id": company_id, "now": now()}
    held: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for role in roles:
        for person in queries.holders(db_session(), role=role, **facts):
            names[person.id] = labels.get(person.id, person.name)
            held.setdefault(person.id, []).append(enum_label(role))
    return [(str(id_), f"{names[id_]} · {' / '.join(words)}") for id_, words in held.items()]


@bp.post(PAGE)
def name_stand_in(company_id: int) -> ResponseReturnValue:
    """Name a stand-in."""
    _company(company_id)
    form = StandInForm()
    _offer(form, company_id)

    def act() -> ResponseReturnValue:
        assert form.since.data is not None and form.until.data is not None
        row = services.name_stand_in(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            person_id=int(form.person_id.data),
            stand_in_id=int(form.stand_in_id.data),
            role=Role(form.role.data),
            since=datetime.combine(form.since.data, time(), clock().zone),
            until=datetime.combine(form.until.data, time(23, 59, 59), clock().zone),
            reason=form.reason.data or "",
            now=now(),
        )
        if row.confirmed_at is None:
            _ask_department(row)
        text = _("The stand-in is named; the department confirms it.")
        flash(_("The stand-in is named.") if row.confirmed_at else text, "success")
        return redirect(url_for("people.stand_ins", company_id=company_id), 303)

    return form.answer(act, lambda: _page(company_id, form))


def _ask_department(row: StandIn) -> None:
    assign_task(
        db_session(),
        kind=CONFIRM,
        subject=row,
        url=url_for("people.stand_ins", company_id=row.scope_id),
        to_role=Role.DEPARTMENT,
        scope_kind=ScopeKind.COMPANY,
        scope_id=row.scope_id,
        due_on=row.since.astimezone(clock().zone).date(),
        values={"person": row.person.name, "stand_in": row.stand_in.name},
        now=now(),
    )


@bp.post("/stand-ins/<int:stand_in_id>/confirm")
def confirm_stand_in(stand_in_id: int) -> ResponseReturnValue:
    """Confirm a stand-in as the department."""
    return _decided(stand_in_id, services.confirm_stand_in, _("The stand-in is confirmed."))


@bp.post("/stand-ins/<int:stand_in_id>/end")
def end_stand_in(stand_in_id: int) -> ResponseReturnValue:
    """End a stand-in before its time."""
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]) if form.reason.errors else "", field="reason")
    done = _("The stand-in is over; the open tasks are back.")
    return _decided(stand_in_id, services.end_stand_in, done, reason=str(form.reason.data))


def _decided(stand_in_id: int, act: Any, text: str, **facts: Any) -> ResponseReturnValue:
    row = db_session().get(StandIn, stand_in_id)
    if row is None:
        raise NotFound
    _company(row.scope_id)
    act(db_session(), actor=current_actor(), stand_in=row, now=now(), **facts)
    finish_tasks(db_session(), subject=row, now=now())
    flash(text, "success")
    return redirect(url_for("people.stand_ins", company_id=row.scope_id), 303)
