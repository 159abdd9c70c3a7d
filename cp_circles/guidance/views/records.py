"""Lists of records with their export, and the pages that write and show one record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound, Stale
from cp_circles.guidance import queries
from cp_circles.guidance.forms import RegisterFilter
from cp_circles.guidance.presenting.sheets import KINDS as FILES
from cp_circles.guidance.presenting.sheets import written
from cp_circles.guidance.presenting.tables import TABLES, Table, cells_of
from cp_circles.guidance.queries import REGISTERS, Asked
from cp_circles.guidance.services import guards
from cp_circles.guidance.views import kinds
from cp_circles.guidance.views.attendance import FIND, TAKE_ALL
from cp_circles.guidance.views.blueprint import bp, company_of, dated, desk_page, done
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.history import history_of
from cp_circles.web.paging import kept_arguments, listed, requested_page
from cp_circles.web.session import db_session, today
from cp_circles.web.versions import show_stale

MOST_ROWS = 20_000
ASKS = ("show_places", "show_steps", FIND, TAKE_ALL)


@dataclass(frozen=True)
class Wanted:
    """A list as the address asks for it."""

    table: Table
    asked: Asked
    form: RegisterFilter


def _wanted(company: Company, kind: str) -> Wanted:
    table = TABLES.get(kind)
    if table is None:
        raise NotFound
    form = RegisterFilter()
    form.offer(queries.circles_of_company(db_session(), company.id) if table.has_circles else [])
    asked = Asked(
        company_id=company.id,
        today=today(),
        text=form.q.data or "",
        circle_id=form.circle.data,
        from_on=form.since.data if form.since.raw_data and not form.since.process_errors else None,
        to_on=form.until.data if form.until.raw_data and not form.until.process_errors else None,
        state=form.state.data or "",
        sort=request.args.get("sort", ""),
    )
    return Wanted(table, asked, form)


@bp.get("/companies/<int:company_id>/records/<kind>")
def list_records(company_id: int, kind: str) -> ResponseReturnValue:
    """One list of the desk, filtered and sorted by the address."""
    company = company_of(company_id)
    wanted = _wanted(company, kind)
    found = queries.register_page(db_session(), REGISTERS[kind], wanted.asked, page=requested_page())
    rows = cells_of(wanted.table, found.rows, today())
    query = {**kept_arguments(), "page": None, "company_id": company.id, "kind": kind}
    return desk_page(
        "list_records",
        company,
        kind,
        kind=kind,
        table=wanted.table,
        page=listed(found, list(rows)),
        form=wanted.form,
        filtered=any(request.args.get(name) for name in ("q", "circle", "since", "until", "state")),
        exports={name: url_for("guidance.export_records", **(query | {"file": name})) for name in FILES},
        month=f"{today():%Y-%m}",
        rounds=kinds.rounds_of(company) if kind == "occasions" else [],
    )


@bp.get("/companies/<int:company_id>/records/<kind>.<file>")
def export_records(company_id: int, kind: str, file: str) -> ResponseReturnValue:
    """The list exactly as filtered, as a file."""
    company = company_of(company_id)
    if file not in FILES:
        raise NotFound
    wanted = _wanted(company, kind)
    found = queries.register_page(db_session(), REGISTERS[kind], wanted.asked, size=MOST_ROWS)
    labels = [_(label) for label, _sort, _num in wanted.table.columns]
    rows = [row.cells for row in cells_of(wanted.table, found.rows, today())]
    answer = Response(written(labels, rows, file), mimetype=FILES[file])
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.{file}"'
    return answer


def _kind(kind: str) -> kinds.Kind:
    found = kinds.KINDS.get(kind)
    if found is None:
        raise NotFound
    return found


def _record(company: Company, kind: str, record_id: int) -> Any:
    return queries.record_by_id(db_session(), _kind(kind).model, record_id, company.id)


def _form_page(company: Company, kind: str, form: Any, record: Any = None) -> str:
    return desk_page(
        _kind(kind).template,
        company,
        kind,
        kind=kind,
        form=form,
        record=record,
        list_title=_(TABLES[kind].title),
        **_kind(kind).more(company, record),
    )


def _may_write(company: Company, kind: str) -> None:
    guard = guards.require_department if kind == "occasions" else guards.require_writer
    guard(current_actor(), company.id)


@bp.get("/companies/<int:company_id>/records/<kind>/new")
def new_record(company_id: int, kind: str) -> ResponseReturnValue:
    """The form of a new record."""
    company = company_of(company_id)
    made = _kind(kind)
    _may_write(company, kind)
    return _form_page(company, kind, made.form(company, made.blank()))


@bp.post("/companies/<int:company_id>/records/<kind>")
def add_record(company_id: int, kind: str) -> ResponseReturnValue:
    """Write a record down."""
    company = company_of(company_id)
    return _kept(company, kind, None)


@bp.get("/companies/<int:company_id>/records/<kind>/<int:record_id>")
def show_record(company_id: int, kind: str, record_id: int) -> ResponseReturnValue:
    """One record with its history."""
    company = company_of(company_id)
    record = _record(company, kind, record_id)
    return desk_page(
        "show_record",
        company,
        kind,
        kind=kind,
        record=record,
        list_title=_(TABLES[kind].title),
        shown=_kind(kind).show(record),
        history=history_of(db_session(), record),
    )


@bp.get("/companies/<int:company_id>/records/<kind>/<int:record_id>/edit")
def edit_record(company_id: int, kind: str, record_id: int) -> ResponseReturnValue:
    """The form of a record to correct."""
    company = company_of(company_id)
    record, made = _record(company, kind, record_id), _kind(kind)
    _may_write(company, kind)
    if made.stored is None:
        raise NotFound
    return _form_page(company, kind, made.form(company, made.stored(record)), record)


@bp.post("/companies/<int:company_id>/records/<kind>/<int:record_id>")
def save_record(company_id: int, kind: str, record_id: int) -> ResponseReturnValue:
    """Save the corrected record."""
    company = company_of(company_id)
    record = _record(company, kind, record_id)
    if _kind(kind).stored is None:
        raise NotFound
    return _kept(company, kind, record)


def _kept(company: Company, kind: str, record: Any) -> ResponseReturnValue:
    made = _kind(kind)
    _may_write(company, kind)
    form = made.form(company, None)
    save: Callable[..., Any] = made.save
    if any(name in request.form for name in ASKS):
        return _form_page(company, kind, form, record)

    def act() -> ResponseReturnValue:
        kept = save(company, record, form, dated())
        return done(_("Saved."), "show_record", company_id=company.id, kind=kind, record_id=kept.id)

    def both_texts(stale: Stale) -> ResponseReturnValue:
        back = url_for("guidance.show_record", company_id=company.id, kind=kind, record_id=record.id)
        return show_stale(form, stale, back_url=back)

    return form.answer(act, lambda: _form_page(company, kind, form, record), both_texts)
