"""Forms of bills, prices, rows of money, the chain, third parties and effects."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from cp_circles.projects.models import Evidence
from cp_circles.savings.models import MoneyKind, MoneyRow
from cp_circles.tools.models import ToolSheet
from cp_circles.verification.models import WAYS, Bill, EffectWay, UnitPrice
from cp_circles.web.formats import date_text, number, yuan
from cp_circles.web.forms import BaseForm, DecimalText, FilesField, LocalDate, Needed, VersionForm
from cp_circles.web.i18n import enum_label

TAXES = [
    SelectChoice("", _l("Not stated")),
    SelectChoice("yes", _l("Tax included")),
    SelectChoice("no", _l("Without tax")),
]


def tax_of(chosen: str | None) -> bool | None:
    """What was chosen of `TAXES`: with tax, without, or not stated."""
    return {"yes": True, "no": False}.get(chosen or "")


class AccountForm(BaseForm):
    """A cost account."""

    code = StringField(_l("Account code"), [Needed(), Length(max=20)])
    name = StringField(_l("Account name"), [Needed(), Length(max=80)])


class BillForm(BaseForm):
    """A supplier's bill with its file."""

    indicator_code = SelectField(_l("Indicator"), [Needed()])
    supplier = StringField(_l("Supplier"), [Needed(), Length(max=120)])
    number = StringField(_l("Number of the bill"), [Length(max=60)])
    dated_on = LocalDate(_l("Date of the bill"), [Optional()])
    period_from = LocalDate(_l("Period from"), [Needed()])
    period_to = LocalDate(_l("Period to"), [Needed()])
    quantity = DecimalText(_l("Quantity on the bill"), [Needed()], least=0)
    unit = StringField(_l("Unit"), [Needed(), Length(max=20)])
    amount = DecimalText(_l("Amount"), [Needed()], places=2, least=0)
    tax = SelectField(_l("Tax in the amount"), choices=TAXES, validate_choice=False)
    currency = StringField(_l("Currency"), [Needed(), Length(min=3, max=3)], default="CNY")
    account_id = SelectField(_l("Cost account"))
    file = FilesField(_l("File of the bill"), description=_l("A PDF or a photo."))


class PriceForm(BaseForm):
    """A price agreed for a time."""

    indicator_code = SelectField(_l("Indicator"), [Needed()])
    price = DecimalText(_l("Price in yuan for one unit"), [Needed()], places=10, least=0)
    unit = StringField(_l("Unit"), [Needed(), Length(max=20)])
    tax = SelectField(_l("Tax in the price"), choices=TAXES, validate_choice=False)
    valid_from = LocalDate(_l("Valid from"), [Needed()])
    valid_to = LocalDate(_l("Valid until"), [Optional()])
    source = StringField(
        _l("Where the price stands"),
        [Needed(), Length(max=200)],
        description=_l("For example: contract 2026-014, 3.2."),
    )


class MoneyRowForm(BaseForm):
    """One amount beside the metered saving."""

    kind = SelectField(_l("Column"), [Needed()])
    amount = DecimalText(_l("Amount in yuan"), [Needed()], places=2, least=0)
    note = StringField(_l("What it is"), [Needed(), Length(max=300)])

    def offer(self) -> None:
        """Offer every column but the tax, which has its own form."""
        kinds = [kind for kind in MoneyKind if kind is not MoneyKind.TAX_AVOIDED]
        self.kind.choices = [(kind.value, enum_label(kind)) for kind in kinds]


class TaxForm(BaseForm):
    """The environmental tax that was not due."""

    factor_key = SelectField(_l("Pollutant or waste"), [Needed()])
    kilograms = DecimalText(_l("Mass avoided in kg"), [Needed()], least=0)
    rate = DecimalText(
        _l("Local rate, yuan an equivalent"),
        [Optional()],
        places=4,
        least=0,
        description=_l("Leave it empty for solid waste: the law itself sets the rate."),
    )
    source = StringField(
        _l("Where the rate stands"),
        [Needed(), Length(max=300)],
        description=_l("The notice of the province that sets it; for solid waste the article of the law."),
    )


class ProofForm(BaseForm):
    """What proves a row of money: a bill, a price, or a document with its own facts."""

    row = SelectField(_l("Row of money"))
    source = SelectField(
        _l("Bill or agreed price"), description=_l("For a contract or another document leave this empty.")
    )
    quantity = DecimalText(_l("Quantity that the row takes from it"), [Needed()], least=0)
    document = StringField(
        _l("Contract or document"),
        [Length(max=200)],
        description=_l("For example: disposal contract 2026-031, clause 4."),
    )
    dated_on = LocalDate(_l("Date of the document"), [Optional()])
    unit = StringField(_l("Unit of the quantity"), [Length(max=20)])
    unit_price = DecimalText(_l("Unit price in yuan"), [Optional()], places=10, least=0)
    tax = SelectField(_l("Tax in the price"), choices=TAXES, validate_choice=False)

    @property
    def tax_included(self) -> bool | None:
        """True or false as chosen; None where nobody said."""
        return tax_of(self.tax.data)

    def offer(self, rows: list[MoneyRow], bills: Sequence[Bill], prices: Sequence[UnitPrice]) -> None:
        """Offer the rows by their kind and note, bills by supplier and number, prices by their source."""
        self.row.choices = [
            ("", _("Metered saving at its price")),
            *((str(row.id), f"{enum_label(row.kind)} · {row.note}") for row in rows),
        ]
        self.source.choices = [
            ("", _("None: a contract or document")),
            *((f"bill-{row.id}", _bill_label(row)) for row in bills),
            *(
                (f"price-{row.id}", f"{number(row.price)} {_('yuan')}/{row.unit} · {row.source}")
                for row in prices
            ),
        ]


def _bill_label(row: Bill) -> str:
    """A bill in one line: supplier, number, period, amount."""
    period = f"{date_text(row.period_from)} – {date_text(row.period_to)}"
    return " · ".join(part for part in (row.supplier, row.number, period, yuan(row.amount)) if part)


class ChainForm(VersionForm):
    """Which signatures a claim needs."""

    roles = SelectMultipleField(_l("Signatures asked for"))
    days_to_sign = IntegerField(_l("Days for each verifier"), [Needed()])


class ThirdPartyForm(BaseForm):
    """An invitation of a person of an outside body."""

    name = StringField(_l("Name"), [Needed(), Length(max=80)])
    email = StringField(_l("E-mail"), [Needed(), Length(max=160)])
    body = StringField(_l("Outside body"), [Needed(), Length(max=120)])
    saving_id = SelectField(_l("For which claim"))
    until = LocalDate(_l("Until"), [Optional()])
    reason = TextAreaField(_l("Reason"), [Needed(), Length(max=2000)], render_kw={"rows": 2})


class EffectForm(BaseForm):
    """What became better without money."""

    text = TextAreaField(
        _l("What became better"),
        [Needed(), Length(max=2000)],
        description=_l("For example: no slipping accident at the filling line since April."),
        render_kw={"rows": 3},
    )
    way = SelectField(_l("How it was shown"), [Needed()], default=EffectWay.OBSERVED.value)
    shown_by = TextAreaField(_l("What shows it"), [Needed(), Length(max=2000)], render_kw={"rows": 2})
    evidence_id = SelectField(
        _l("Document or photo of the project"),
        description=_l("Needed for a document, a photo, and a survey kept as a file."),
    )
    sheet_id = SelectField(
        _l("Sheet of the workbench"),
        description=_l("Needed for a radar chart, and a survey drawn on the workbench."),
    )

    def offer(self, evidence: Sequence[Evidence], sheets: Sequence[ToolSheet]) -> None:
        """Let the ways, the project's standing evidence and its complete sheets be chosen."""
        self.way.choices = [SelectChoice(one.value, enum_label(one)) for one in WAYS]
        none = SelectChoice("", _("None"))
        self.evidence_id.choices = [none, *(SelectChoice(str(one.id), one.title) for one in evidence)]
        self.sheet_id.choices = [none, *(SelectChoice(str(one.id), one.latest.title) for one in sheets)]


class CorrectEffectForm(EffectForm):
    """An effect as it should have been stated, and why."""

    reason = TextAreaField(
        _l("Why it is corrected"),
        [Needed(), Length(max=2000)],
        description=_l("The people concerned will read this."),
        render_kw={"rows": 2},
    )
