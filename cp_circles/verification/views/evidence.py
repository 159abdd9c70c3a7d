"""Finance's page of evidence: bills with their files, agreed prices, cost accounts."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import Invalid, NotFound
from cp_circles.files.naming import may_be_shown, safe_name
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.verification import queries, rules, services
from cp_circles.verification.forms import AccountForm, BillForm, PriceForm, tax_of
from cp_circles.verification.models import Bill, UnitPrice
from cp_circles.verification.presenting.proving import tax_word
from cp_circles.verification.views.blueprint import bp, company_of, indicator_names, storage
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ReasonForm
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now
from cp_circles.web.uploads import read_upload

PAGE = "/companies/<int:company_id>/evidence"


@bp.get(PAGE)
def list_evidence(company_id: int) -> ResponseReturnValue:
    """The bills, prices and accounts of a company."""
    return _page(company_id)


def _page(company_id: int, **forms: Any) -> str:
    session, actor = db_session(), current_actor()
    company = company_of(company_id, rules.can_see_money(actor, company_id))
    names, indicator = indicator_names(company_id), request.args.get("indicator", "")
    accounts = queries.accounts_of(session, company_id)
    given = {
        "bill_form": forms.get("bill_form") or BillForm(None),
        "price_form": forms.get("price_form") or PriceForm(None),
        "account_form": forms.get("account_form") or AccountForm(None),
    }
    _offer(given["bill_form"], given["price_form"], names, accounts)
    return render_template(
        "verification/evidence.html",
        company=company,
        page=listed(queries.bills_listed(session, company_id, indicator=indicator, number=requested_page())),
        prices=queries.prices_of(session, company_id),
        accounts=accounts,
        names=names,
        may_keep=rules.can_keep_money(actor, company_id),
        reason_form=ReasonForm(None),
        tax_word=tax_word,
        **given,
    )


def _offer(bill: BillForm, price: PriceForm, names: dict[str, str], accounts: Any) -> None:
    """Offer the indicators and the accounts."""
    bill.indicator_code.choices = price.indicator_code.choices = list(names.items())
    bill.account_id.choices = [
        ("", _("None")),
        *((str(row.id), f"{row.code} {row.name}") for row in accounts),
    ]


@bp.post(f"{PAGE}/accounts")
def add_account(company_id: int) -> ResponseReturnValue:
    """Add a cost account."""
    company_of(company_id, rules.can_see_money(current_actor(), company_id))
    form = AccountForm()

    def act() -> ResponseReturnValue:
        services.add_account(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            now=now(),
            **form.chosen("code", "name"),
        )
        return _done(company_id, _("The account is added."))

    return form.answer(act, lambda: _page(company_id, account_form=form))


@bp.post(f"{PAGE}/bills")
def add_bill(company_id: int) -> ResponseReturnValue:
    """Enter a bill."""
    company_of(company_id, rules.can_see_money(current_actor(), company_id))
    form = BillForm()
    _offer(form, PriceForm(None), indicator_names(company_id), queries.accounts_of(db_session(), company_id))

    def act() -> ResponseReturnValue:
        blob, name = None, ""
        if form.file.first is not None and rules.can_keep_money(current_actor(), company_id):
            upload = read_upload(form.file.first)
            blob, name = store_blob(db_session(), storage(), upload.content, upload.name, now()), upload.name
        facts = form.chosen("indicator_code", "supplier", "period_from", "period_to", "quantity", "unit")
        facts |= form.chosen("amount")
        services.add_bill(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            number=form.number.data or "",
            currency=(form.currency.data or "CNY").upper(),
            dated_on=form.dated_on.data,
            tax_included=tax_of(form.tax.data),
            account_id=int(form.account_id.data) if form.account_id.data else None,
            blob=blob,
            file_name=name,
            now=now(),
            **facts,
        )
        return _done(company_id, _("The bill is entered."))

    return form.answer(act, lambda: _page(company_id, bill_form=form))


@bp.post(f"{PAGE}/prices")
def add_price(company_id: int) -> ResponseReturnValue:
    """Enter an agreed price."""
    company_of(company_id, rules.can_see_money(current_actor(), company_id))
    form = PriceForm()
    _offer(BillForm(None), form, indicator_names(company_id), [])

    def act() -> ResponseReturnValue:
        names = ("indicator_code", "price", "unit", "valid_from", "valid_to", "source")
        services.add_price(
            db_session(),
            actor=current_actor(),
            company_id=company_id,
            tax_included=tax_of(form.tax.data),
            now=now(),
            **form.chosen(*names),
        )
        return _done(company_id, _("The price is entered."))

    return form.answer(act, lambda: _page(company_id, price_form=form))


@bp.post("/bills/<int:bill_id>/void")
def void_bill(bill_id: int) -> ResponseReturnValue:
    """Take a wrong bill back."""
    bill = _bill(bill_id)
    reason = _reason()
    services.void_bill(db_session(), actor=current_actor(), bill=bill, reason=reason, now=now())
    return _done(bill.company_id, _("The bill is taken back."))


@bp.post("/prices/<int:price_id>/void")
def void_price(price_id: int) -> ResponseReturnValue:
    """Take a wrong price back."""
    price = db_session().get(UnitPrice, price_id)
    if price is None or not rules.can_see_money(current_actor(), price.company_id):
        raise NotFound
    services.void_price(db_session(), actor=current_actor(), price=price, reason=_reason(), now=now())
    return _done(price.company_id, _("The price is taken back."))


@bp.get("/bills/<int:bill_id>/file")
def bill_file(bill_id: int) -> Response:
    """Hand out the file of a bill."""
    bill = _bill(bill_id)
    if bill.sha256 is None:
        raise NotFound
    blob = blob_by_hash(db_session(), bill.sha256)
    return send_content(
        open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=safe_name(bill.file_name, blob.media_type),
        shown=may_be_shown(blob.media_type),
    )


def _bill(bill_id: int) -> Bill:
    bill = db_session().get(Bill, bill_id)
    if bill is None or not rules.can_see_money(current_actor(), bill.company_id):
        raise NotFound
    return bill


def _reason() -> str:
    """The reason of a small panel; without one, the page of refusals says so."""
    form = ReasonForm()
    if not form.validate():
        raise Invalid(str(form.reason.errors[0]) if form.reason.errors else "", field="reason")
    return str(form.reason.data)


def _done(company_id: int, text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for("verification.list_evidence", company_id=company_id), 303)
