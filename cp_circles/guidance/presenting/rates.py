"""The trend of the rates as a chart."""

from fractions import Fraction

from flask_babel import gettext as _

from cp_circles import charts
from cp_circles.charts.frame import Frame
from cp_circles.charts.rates import RateLine, rate_lines
from cp_circles.guidance.queries.rates import CompanyRates


def trend_of(rates: CompanyRates) -> charts.Chart:
    """The three rates over the years."""
    title = _("Rates over the years")
    labels = [str(one.year) for one in rates.years]
    lines = [
        RateLine(_("Penetration"), [_percent(one.penetration) for one in rates.years], "verified"),
        RateLine(_("Activity rate"), [_percent(one.activity) for one in rates.years], "baseline"),
        RateLine(_("Result rate"), [_percent(one.result) for one in rates.years], "target"),
    ]
    return rate_lines(labels, lines, Frame(key="rates", title=title, text=title, say=_, unit="%"))


def _percent(value: Fraction | None) -> Fraction | None:
    return None if value is None else value * 100
