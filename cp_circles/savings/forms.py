"""Forms of savings and signatures."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from cp_circles.web.forms import BaseForm, DecimalText, LocalDate, Needed, VersionForm


class SavingForm(VersionForm):
    """Which meter, which periods, which method, and money apart from metered use."""

    indicator_code = SelectField(_l("Indicator"), [Needed()])
    meter = SelectField(_l("Meter"), [Needed()])
    production_meter = SelectField(_l("Production counter"))
    baseline_from = LocalDate(_l("Baseline from"), [Needed()])
    baseline_to = LocalDate(_l("Baseline to"), [Needed()])
    reporting_from = LocalDate(_l("Reporting period from"), [Needed()])
    reporting_to = LocalDate(_l("Reporting period to"), [Needed()])
    method = SelectField(_l("Method of computing"), [Needed()])
    share = DecimalText(
        _l("Share of this project"),
        [Needed()],
        least=0,
        most=1,
        description=_l("1 if the project alone caused the saving; less where projects share a meter."),
    )
    adjustment = DecimalText(
        _l("Non-routine adjustment"),
        description=_l(
            "In the meter's unit: what an unusual event added to the use, for example a new line."
        ),
    )
    adjustment_note = StringField(_l("What the adjustment is for"), [Length(max=500)])
    other_direct_yuan = DecimalText(_l("Other direct yuan"), places=2)
    indirect_yuan = DecimalText(_l("Indirect yuan"), places=2)
    forecast_yuan = DecimalText(
        _l("Forecast yuan"), places=2, description=_l("Shown in the report, never counted.")
    )
    money_note = TextAreaField(
        _l("Where the other money comes from"), [Length(max=2000)], render_kw={"rows": 2}
    )
    supplier_key = HiddenField()
    supplier_value = DecimalText(_l("Supplier's value of the factor"), places=10, least=0)
    supplier_source = StringField(_l("Where the supplier's value stands"), [Length(max=200)])


class SigningForm(BaseForm):
    """A verifier's signature with their own amounts, or a refusal with its reason."""

    claim_sha256 = HiddenField()
    role = HiddenField()
    quantity = DecimalText(_l("Quantity that I confirm"), least=0)
    direct_yuan = DecimalText(_l("Direct yuan that I confirm"), places=2)
    reason = TextAreaField(_l("Reason, where my amount differs"), [Length(max=2000)], render_kw={"rows": 3})
