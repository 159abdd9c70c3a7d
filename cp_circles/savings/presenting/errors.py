"""The uncertainty of the chosen method line by line, as figures that a pocket calculator gives again."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.exact import plain, round_half_up, total
from cp_circles.calc.methods.uncertainty import ASHRAE_FACTOR, Uncertainty
from cp_circles.calc.savings import SavingResult, Step
from cp_circles.savings.versions.v2026_3 import Computed
from cp_circles.web.formats import quantity

PLACES = 4


def uncertainty_part(computed: Computed) -> dict[str, Any] | None:
    """Meter, model, both together, and the statement at 90 %; None where the method states none."""
    if computed.gross is None:
        return None
    candidate = computed.chosen
    error = candidate.uncertainty
    if error is None or candidate.result is None:
        return None
    steps = []
    if error.meter:
        steps.append(_meter(computed, candidate.result, error))
    if error.model and candidate.quality is not None:
        steps.append(_model(computed, candidate.result, error))
    steps.append(
        _step(
            _("Standard uncertainty (k = 1)"),
            f"√({_text(error.meter)}² + {_text(error.model)}²)",
            error.standard,
        )
    )
    text = f"{_text(error.t)} × {_text(error.standard)}"
    steps.append(_step(_("Uncertainty as stated"), text, error.stated))
    return {
        "id": "uncertainty",
        "title": _("Uncertainty"),
        "formula": _("U = t × √(meter² + model²); t of Student at 90 %% with %(df)s", df=_degrees(error)),
        "result": f"± {quantity(round_half_up(Decimal(str(error.stated)), 2), computed.unit)}",
        "steps": steps,
    }


def _meter(computed: Computed, result: SavingResult, error: Uncertainty) -> Step:
    accuracy, used = plain(computed.material.accuracy), total(row.quantity for row in computed.reporting)
    text = f"√(({plain(result.adjusted_baseline)} × {accuracy} %)² + ({plain(used)} × {accuracy} %)²)"
    share = f" × {plain(result.share)}" if result.share != 1 else ""
    return _step(_("Meter"), text + share, error.meter)


def _model(computed: Computed, result: SavingResult, error: Uncertainty) -> Step:
    """The line of ASHRAE 14 with n points of the baseline and m of the reporting period."""
    quality = computed.chosen.quality
    assert quality is not None
    text = (
        f"{ASHRAE_FACTOR} × {_text(quality.cv_rmse or 0)} % ÷ {plain(abs(result.percent or Decimal(0)))} % × "
        f"√((1 + 2 ÷ {quality.n}) ÷ {len(computed.reporting)}) × {plain(abs(result.quantity))}"
    )
    if quality.autocorrelation > 2 / quality.n**0.5:
        text += " " + _("(n is lowered, for neighbouring months resemble each other: ρ = %(rho)s)", rho=_text(
            quality.autocorrelation
        ))  # fmt: skip
    return _step(_("Scatter of the model"), text, error.model)


def _degrees(error: Uncertainty) -> str:
    if error.df is None:
        return _("unlimited degrees of freedom")
    return _("%(count)s degrees of freedom", count=_text(error.df))


def _text(value: float) -> str:
    return plain(Decimal(str(round(value, PLACES))), PLACES)


def _step(label: str, text: str, value: float) -> Step:
    return Step(label, text, Decimal(str(round(value, PLACES))), exact=False)
