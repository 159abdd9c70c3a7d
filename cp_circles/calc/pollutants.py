"""Mass of pollutants from concentration and flow, generation and discharge kept apart, and the tax avoided.

Water: kg = mg/L x m3 / 1000; air: kg = mg/Nm3 x Nm3/h x h / 1e6 (confidence B). Cleaner production is judged
on generation (before treatment); what treatment removes is no saving of the circle.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import plain, round_half_up, to_fraction
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.errors import Invalid, msg

PLACES = 6


@dataclass(frozen=True)
class Mass:
    """A mass in kg with its arithmetic."""

    kilograms: Decimal
    step: Step


@dataclass(frozen=True)
class PollutantSaving:
    """The fall of generation and of discharge in kg, and what only the treatment took away."""

    generation: Decimal
    discharge: Decimal
    by_treatment: Decimal


def mass_in_water(milligrams_per_litre: Decimal, cubic_metres: Decimal) -> Mass:
    """kg of a pollutant in wastewater; Invalid for a negative concentration or volume."""
    _not_negative(concentration=milligrams_per_litre, volume=cubic_metres)
    exact = to_fraction(milligrams_per_litre) * to_fraction(cubic_metres) / 1000
    text = f"{plain(milligrams_per_litre)} mg/L × {plain(cubic_metres)} m3 ÷ 1,000"
    return _mass(text, exact)


def mass_in_air(milligrams_per_cubic_metre: Decimal, cubic_metres_per_hour: Decimal, hours: Decimal) -> Mass:
    """kg of a pollutant in waste gas at standard state; Invalid for a negative figure."""
    _not_negative(concentration=milligrams_per_cubic_metre, flow=cubic_metres_per_hour, hours=hours)
    exact = to_fraction(milligrams_per_cubic_metre) * to_fraction(cubic_metres_per_hour) * to_fraction(hours)
    text = (
        f"{plain(milligrams_per_cubic_metre)} mg/Nm3 × {plain(cubic_metres_per_hour)} Nm3/h × "
        f"{plain(hours)} h ÷ 1,000,000"
    )
    return _mass(text, exact / 1_000_000)


def stage_reasons(generation: Decimal, discharge: Decimal, period: str) -> tuple[Reason, ...]:
    """A reason where more is discharged than generated; `period` is baseline or reporting."""
    if discharge <= generation:
        return ()
    text = msg(
        "More is discharged (%(discharge)s kg) than generated (%(generation)s kg); check both figures."
    )
    return (Reason(text, {"discharge": discharge, "generation": generation}, period),)


def pollutant_saving(
    generation: tuple[Decimal, Decimal], discharge: tuple[Decimal, Decimal]
) -> PollutantSaving:
    """Each pair is (baseline at the reporting period's output, reporting period), in kg.

    `by_treatment` is the further fall of discharge that generation does not explain; it may be negative.
    """
    made, left = generation[0] - generation[1], discharge[0] - discharge[1]
    return PollutantSaving(made, left, left - made)


def tax_avoided(
    kilograms: Decimal, kilograms_per_equivalent: Decimal, yuan_per_equivalent: Decimal
) -> Decimal:
    """Tax not due, in yuan: kg / equivalent value x local rate, 2 places. Invalid: no equivalent."""
    if kilograms_per_equivalent <= 0 or yuan_per_equivalent < 0:
        raise Invalid(
            msg("The pollution equivalent must be above zero, and its rate not negative."), field="tax"
        )
    exact = to_fraction(kilograms) / to_fraction(kilograms_per_equivalent) * to_fraction(yuan_per_equivalent)
    return round_half_up(exact, 2)


def waste_tax_avoided(kilograms: Decimal, yuan_per_tonne: Decimal) -> Decimal:
    """Tax not due on solid waste, in yuan: mass in tonnes x the law's rate, 2 places."""
    return round_half_up(to_fraction(kilograms) / 1000 * to_fraction(yuan_per_tonne), 2)


def _mass(text: str, exact: Fraction) -> Mass:
    shown = round_half_up(exact, PLACES)
    return Mass(shown, Step(msg("Mass of the pollutant (kg)"), text, shown, Fraction(shown) == exact))


def _not_negative(**figures: Decimal) -> None:
    for field, value in figures.items():
        if value < 0:
            raise Invalid(
                msg("%(value)s is negative; concentration, flow and time never are."),
                field=field,
                value=value,
            )
