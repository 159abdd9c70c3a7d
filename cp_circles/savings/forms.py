"""Forms of savings and signatures."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

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
    batch_cycles = IntegerField(
        _l("Batches in the reporting period"),
        [Optional(), NumberRange(min=1)],
        description=_l("For production in batches only; from 3 batches on, a year's figure is shown."),
        render_kw={"inputmode": "numeric"},
    )
    share = DecimalText(
        _l("Share of this project"),
        [Needed()],
        least=0,
        most=1,
        description=_l("1 if the project alone caused the saving; less where projects share a meter."),
    )
    other_direct_yuan = DecimalText(_l("Other direct yuan"), places=2)
    indirect_yuan = DecimalText(_l("Indirect yuan"), places=2)
    forecast_yuan = DecimalText(
        _l("Forecast yuan"), places=2, description=_l("Shown in the report, never counted.")
    )
    money_note = TextAreaField(
        _l("Where the other money comes from"), [Length(max=2000)], render_kw={"rows": 2}
    )


class MethodForm(BaseForm):
    """The method that counts, with the reason where another is recommended."""

    method = HiddenField()
    method_reason = StringField(_l("Why not the recommended method"), [Length(max=500)])


class FurtherMeterForm(BaseForm):
    """A further meter of a saving and what it is for."""

    use = SelectField(
        _l("What it is for"),
        choices=[
            SelectChoice("driver", _l("Driver of the use, such as degree days or hours run")),
            SelectChoice("flow", _l("Flow behind the concentration")),
            SelectChoice("hours", _l("Hours of the waste gas flow")),
            SelectChoice("discharge", _l("Discharge after the treatment")),
            SelectChoice("discharge_flow", _l("Flow of the discharge")),
        ],
    )
    further_meter = SelectField(_l("Meter"), [Needed()])


class AdjustmentForm(BaseForm):
    """One non-routine adjustment with its period, note and evidence."""

    quantity = DecimalText(
        _l("Quantity, with its sign"),
        [Needed()],
        description=_l("Above zero for what the event added to the use, below zero for what it took away."),
    )
    starts_on = LocalDate(_l("From"), [Needed()])
    ends_on = LocalDate(_l("To"), [Needed()])
    note = StringField(_l("What the adjustment is for"), [Needed(), Length(max=500)])
    evidence = SelectField(_l("Evidence"))


class SteamForm(BaseForm):
    """The state of the steam that is metered by mass."""

    steam_mpa = DecimalText(
        _l("Absolute pressure"),
        [Needed()],
        places=4,
        least=0,
        description=_l("The gauge shows about 0.1 MPa less than the absolute pressure."),
    )
    steam_celsius = DecimalText(
        _l("Temperature"), places=2, least=0, description=_l("Leave empty for saturated steam.")
    )
    steam_dryness = DecimalText(
        _l("Dryness of wet steam"),
        places=4,
        least=0,
        most=1,
        description=_l("The part of vapour by mass, such as 0.95; leave empty for dry or superheated steam."),
    )


class SideEffectForm(BaseForm):
    """More of another medium, a new chemical or added waste that the saving caused."""

    medium = SelectField(_l("What is more used or made"), [Needed()])
    extra = DecimalText(
        _l("How much more in the reporting period"),
        [Needed()],
        description=_l("Above zero; it is taken off the saving."),
    )
    cost_yuan = DecimalText(
        _l("Its cost in yuan"),
        places=2,
        least=0,
        description=_l("By the books, where the list has no price; leave empty to use the list price."),
    )
    side_note = StringField(_l("Why it is more, and how it was measured"), [Needed(), Length(max=500)])
    side_evidence = SelectField(_l("Evidence"))


class OwnIndicatorForm(BaseForm):
    """An indicator that a company adds for itself."""

    name = StringField(_l("Name"), [Needed(), Length(max=80)])
    unit = StringField(_l("Unit"), [Needed(), Length(max=20)])
    direction = SelectField(
        _l("Better is"),
        choices=[SelectChoice("lower", _l("less of it")), SelectChoice("higher", _l("more of it"))],
    )
    kgce_key = SelectField(_l("Factor to standard coal"))
    kgco2_key = SelectField(_l("Factor to CO2"))
    yuan_per_unit = DecimalText(_l("Yuan per unit"), places=4, least=0)
    source = StringField(_l("Where the conversion stands"), [Length(max=500)])


class SigningForm(BaseForm):
    """A verifier's signature with their own amounts, or a refusal with its reason."""

    claim_sha256 = HiddenField()
    money_sha256 = HiddenField()
    role = HiddenField()
    quantity = DecimalText(_l("Quantity that I confirm"), least=0)
    direct_yuan = DecimalText(_l("Direct yuan that I confirm"), places=2)
    reason = TextAreaField(_l("Reason, where my amount differs"), [Length(max=2000)], render_kw={"rows": 3})
