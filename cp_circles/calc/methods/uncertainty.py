"""How far a saving may be from the truth: accuracy of the meters, scatter of the model, both together.

Standard uncertainties (k = 1) add in quadrature; the statement is at 90 % with Student's t. A saving is
significant when its uncertainty at 68 % is below half of it (ASHRAE 14; IPMVP asks for twice the standard
error, which is nearly the same). Sources: ASHRAE Guideline 14 and IPMVP, confidence B.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf, sqrt
from statistics import NormalDist

from cp_circles.calc.distributions import t_quantile
from cp_circles.calc.methods.fitting import Quality
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg

STATED, ONE_SIGMA = 0.90, 0.68
LARGEST_PART = 0.5
ASHRAE_FACTOR = 1.26
MOST_CORRELATED = 0.99


@dataclass(frozen=True)
class Uncertainty:
    """Uncertainty of a saving, in its unit: `meter` and `model` standard (k = 1), `stated` at 90 %.

    `part` and `part_at_68` are the uncertainties as a part of the saving, None where the saving is zero;
    `df` are the effective degrees of freedom (None: unlimited) behind `t`.
    """

    meter: float
    model: float
    t: float
    df: float | None
    stated: float
    part: float | None
    part_at_68: float | None

    @property
    def standard(self) -> float:
        """Both sources together, k = 1."""
        return sqrt(self.meter**2 + self.model**2)


def meter_uncertainty(
    baseline: Decimal, reporting: Decimal, baseline_percent: Decimal, reporting_percent: Decimal
) -> float:
    """u(S) = sqrt((u_b E_b)^2 + (u_r E_r)^2), k = 1, in the unit of use; percents as stated for the meters.

    `baseline` is the use that stands on the baseline side: the adjusted baseline where it is adjusted.
    """
    if baseline_percent < 0 or reporting_percent < 0:
        raise ValueError("an accuracy is not negative")
    return sqrt(
        float(baseline * baseline_percent / 100) ** 2 + float(reporting * reporting_percent / 100) ** 2
    )


def model_part(
    quality: Quality, saved_part: float, reporting_points: int, confidence: float | None = None
) -> float | None:
    """dS/S = t x 1.26 x CV / F x sqrt((1 + 2/n) / m); t = 1 without a confidence; None where F is zero.

    With residuals that follow each other (|rho| > 2/sqrt(n)) n' = n (1 - rho)/(1 + rho) replaces n and n/n'
    enlarges the result. CV in percent stands in `quality`; `saved_part` is F, 0.1 for 10 %.
    """
    if not saved_part or quality.cv_rmse is None:
        return None
    if reporting_points < 1:
        raise ValueError("no reporting points")
    t = 1.0 if confidence is None else _t(confidence, quality.df)
    n = float(quality.n)
    points = n
    if quality.autocorrelation > 2 / sqrt(n):
        rho = min(quality.autocorrelation, MOST_CORRELATED)
        points = n * (1 - rho) / (1 + rho)
    spread = sqrt(n / points * (1 + 2 / points) / reporting_points)
    return t * ASHRAE_FACTOR * quality.cv_rmse / 100 / abs(saved_part) * spread


def combined(
    saving: Decimal,
    *,
    meter: float = 0.0,
    quality: Quality | None = None,
    saved_part: float = 0.0,
    reporting_points: int = 1,
    confidence: float = STATED,
) -> Uncertainty:
    """Meter and model together; t has the effective degrees of freedom of Welch and Satterthwaite."""
    part = model_part(quality, saved_part, reporting_points) if quality else None
    model = (part or 0.0) * abs(float(saving))
    both = sqrt(meter**2 + model**2)
    df = inf if not model or quality is None else quality.df * (both / model) ** 4
    t = _t(confidence, df)
    size = abs(float(saving))
    return Uncertainty(
        meter=meter,
        model=model,
        t=t,
        df=None if df == inf else df,
        stated=t * both,
        part=t * both / size if size else None,
        part_at_68=_t(ONE_SIGMA, df) * both / size if size else None,
    )


def significant(saving: Decimal, uncertainty: Uncertainty) -> bool:
    """Whether the saving is shown: above zero, and its uncertainty at 68 % below half of it."""
    part = uncertainty.part_at_68
    return saving > 0 and part is not None and part < LARGEST_PART


def significance(saving: Decimal, uncertainty: Uncertainty) -> Reason:
    """The label of a saving in one sentence with its figures: significant, not shown, or none."""
    if saving <= 0:
        return Reason(msg("There is no saving: the result is %(saving)s."), {"saving": saving}, "saving")
    values = {
        "percent": round((uncertainty.part or 0) * 100, 1),
        "part": round((uncertainty.part_at_68 or 0) * 100, 1),
    }
    if significant(saving, uncertainty):
        text = msg(
            "Significant: the uncertainty is %(percent)s %% of the saving at 90 %% confidence, and "
            "%(part)s %% at 68 %%, below half."
        )
    else:
        text = msg(
            "Not shown: the uncertainty is %(percent)s %% of the saving at 90 %% confidence, and "
            "%(part)s %% at 68 %%; it must be below half. Measure longer or with a better meter."
        )
    return Reason(text, values, "saving")


def accuracy_of(meters: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The accuracy in percent of a sum of independent meters, from (quantity, percent) of each."""
    whole = sum(quantity for quantity, _ in meters)
    if whole <= 0:
        raise ValueError("the meters read nothing")
    squared = sum(((quantity * percent) ** 2 for quantity, percent in meters), Decimal(0))
    return squared.sqrt() / whole


def _t(confidence: float, df: float) -> float:
    if df > 10_000:
        return NormalDist().inv_cdf((1 + confidence) / 2)
    return t_quantile(confidence, df)
