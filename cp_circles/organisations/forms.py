"""What the pages about companies capture."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cp_circles.errors import msg
from cp_circles.organisations.models import Company, Disclosure, Industry
from cp_circles.web.forms import BaseForm, DecimalText, Needed, QueryForm, VersionForm, whole_number
from cp_circles.web.i18n import enum_label, label, register_labels

NUMBER = _l("Write a whole number.")
register_labels(
    {
        Disclosure.WORK: msg("The company, its circles and their projects are named"),
        Disclosure.NAME: msg("Only the company is named, not its circles and projects"),
        Disclosure.NOTHING: msg("Nothing is named; amounts count in sums only"),
    }
)


def disclosure_choices() -> list[SelectChoice]:
    """The levels of what public pages may name, the most open first."""
    return [SelectChoice(level.value, enum_label(level)) for level in Disclosure]


def industry_choices(industries: Sequence[Industry], blank: str) -> list[SelectChoice]:
    """Sections and divisions as the choices of a list, divisions set in."""
    rows = [SelectChoice("", blank)]
    for row in industries:
        inset = "\u2003" if row.parent_id else ""
        rows.append(SelectChoice(str(row.id), f"{inset}{row.code} {label(row)}"))
    return rows


class CompanyFacts(VersionForm):
    """What may be changed about a company."""

    name = StringField(_l("Name of the company"), [Needed(), Length(max=120)])
    name_en = StringField(_l("English name"), [Length(max=120)])
    industry_id = SelectField(_l("Industry"), coerce=whole_number, choices=[])
    headcount = IntegerField(_l("Employees"), [Optional(), NumberRange(min=1, max=9_999_999, message=NUMBER)])
    output_yuan = DecimalText(_l("Yearly output (yuan)"), [Optional()], places=2, least=0)
    aliases = TextAreaField(
        _l("Other names"),
        [Length(max=1000)],
        description=_l("One a line: short names and brands, which are masked in blind copies."),
    )
    group_name = StringField(
        _l("Group of companies"),
        [Length(max=120)],
        description=_l("Judges of one company of a group do not judge the others."),
    )
    park_name = StringField(
        _l("Industrial park"),
        [Length(max=80)],
        description=_l("As all companies of the park write it; boards add up a park by this name."),
    )
    disclosure = SelectField(
        _l("On public pages"),
        [Needed()],
        choices=[],
        default=Disclosure.WORK.value,
        description=_l(
            "Narrowed, boards, charts, awards, screens and visitors' search stop naming it at once; sums of"
            " regions and industries stay. Lists of rounds already published stay: they are the record of the"
            " round."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disclosure.choices = disclosure_choices()

    @property
    def level(self) -> Disclosure:
        """What public pages may name."""
        return Disclosure(self.disclosure.data)

    @property
    def alias_list(self) -> list[str]:
        """The other names, one of each line."""
        return [line.strip() for line in (self.aliases.data or "").splitlines() if line.strip()]


class NewCompanyForm(CompanyFacts):
    """A company to be registered."""

    region = HiddenField()
    code = StringField(
        _l("Unified social credit code"),
        [Needed(), Length(max=40)],
        description=_l("18 characters; the last one is checked."),
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
    short_code = StringField(
        _l("Short code"),
        [Needed(), Length(max=12)],
        description=_l("2 to 12 letters and digits, for example HX01; circle numbers begin with it."),
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )


class ThresholdsForm(VersionForm):
    """Up to where an option is low-cost, and up to where medium-cost."""

    low_cost_max_yuan = DecimalText(_l("Low cost up to (yuan)"), [Needed()], places=2, least=0)
    mid_cost_max_yuan = DecimalText(_l("Medium cost up to (yuan)"), [Needed()], places=2, least=0)


class MemberLimitsForm(VersionForm):
    """How many members a circle has."""

    members_min = IntegerField(_l("Members, at least"), [InputRequired(NUMBER)])
    members_max = IntegerField(_l("Members, at most"), [InputRequired(NUMBER)])


class DepartmentForm(BaseForm):
    """The name of a department."""

    name = StringField(_l("Name of the department"), [Needed(), Length(max=80)])


class CompanyFilter(QueryForm):
    """The filters of the list of companies."""

    q = StringField(_l("Name or code"))
    industry = SelectField(_l("Industry"), coerce=whole_number, choices=[], validate_choice=False)


def facts_of(company: Company) -> dict[str, object]:
    """A company's stored facts as the form shows them."""
    return {
        "version": str(company.version),
        "name": company.name,
        "name_en": company.name_en,
        "industry_id": company.industry_id,
        "headcount": company.headcount,
        "output_yuan": company.output_yuan,
        "aliases": "\n".join(company.aliases),
        "group_name": company.group_name,
        "park_name": company.park.name if company.park else "",
        "disclosure": company.disclosure.value,
    }
