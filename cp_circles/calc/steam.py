"""Heat of steam and hot water from pressure and temperature, by the IAPWS Industrial Formulation 1997.

Pressures are absolute, in MPa; temperatures in °C; enthalpies in kJ/kg, rounded half up to 0.1. Regions 1
(liquid), 2 (vapour) and 4 (saturation) are held, up to 16.5 MPa and 800 °C. Source: IAPWS R7-97(2012).
"""

from dataclasses import dataclass
from decimal import Decimal

from cp_circles.calc.conversion import steam_heat_gj
from cp_circles.calc.exact import decimal_from, plain, round_half_up
from cp_circles.calc.if97 import IDEAL_2, REGION_1, REGION_2, SATURATION
from cp_circles.calc.savings import Step
from cp_circles.errors import Invalid, msg

GAS_CONSTANT = 0.461526
ATMOSPHERE = Decimal("0.101325")
LOWEST, HIGHEST = Decimal("0.0007"), Decimal("16.5")
HOTTEST = Decimal(800)
ENTHALPY_PLACES = 1


@dataclass(frozen=True)
class SteamHeat:
    """Heat in GJ above water at 20 °C with the enthalpy used (kJ/kg) and the arithmetic line by line."""

    gigajoules: Decimal
    enthalpy: Decimal
    steps: tuple[Step, ...]


def absolute_pressure(gauge: Decimal, atmosphere: Decimal = ATMOSPHERE) -> Decimal:
    """What a gauge shows plus the air's pressure, in MPa; a vacuum below zero is Invalid."""
    absolute = gauge + atmosphere
    if absolute <= 0:
        raise Invalid(msg("A gauge pressure of %(mpa)s MPa is below a vacuum."), field="pressure", mpa=gauge)
    return absolute


def boiling_point(mpa: Decimal) -> Decimal:
    """The temperature in °C at which water boils at an absolute pressure, to 0.01."""
    return round_half_up(decimal_from(_boiling(_pressure(mpa)) - 273.15), 2)


def steam_enthalpy(mpa: Decimal, celsius: Decimal | None = None, dryness: Decimal = Decimal(1)) -> Decimal:
    """Enthalpy of steam in kJ/kg: saturated when no temperature is given, else superheated.

    `dryness` (0 to 1) is the part of vapour in wet steam and holds for saturated steam only. Invalid: a
    pressure or temperature outside the formulation, a temperature at which the water is still liquid, a
    dryness outside 0 to 1, or one below 1 beside a temperature (superheated steam is dry).
    """
    pressure = _pressure(mpa)
    boiling = _boiling(pressure)
    if not 0 <= dryness <= 1:
        raise Invalid(
            msg("The dryness of steam lies between 0 and 1, not at %(dryness)s."),
            field="dryness",
            dryness=dryness,
        )
    if celsius is not None and dryness != 1:
        raise Invalid(
            msg(
                "Superheated steam is dry: give its temperature, or for wet steam its dryness %(dryness)s,"
                " and leave the other empty."
            ),
            field="dryness",
            dryness=dryness,
        )
    if celsius is None:
        vapour, liquid = _enthalpy_2(pressure, boiling), _enthalpy_1(pressure, boiling)
        return _rounded(liquid + float(dryness) * (vapour - liquid))
    kelvin = float(celsius) + 273.15
    if celsius > HOTTEST:
        raise Invalid(
            msg("%(celsius)s °C is hotter than the %(most)s °C up to which steam is tabulated."),
            field="temperature",
            celsius=celsius,
            most=HOTTEST,
        )
    if kelvin < boiling - 0.05:
        raise Invalid(
            msg(
                "At %(mpa)s MPa (absolute) water boils at %(boiling)s °C: at %(celsius)s °C it is no steam. "
                "Check whether the pressure is a gauge pressure."
            ),
            field="temperature",
            mpa=mpa,
            boiling=boiling_point(mpa),
            celsius=celsius,
        )
    return _rounded(_enthalpy_2(pressure, kelvin))


def water_enthalpy(celsius: Decimal, mpa: Decimal = ATMOSPHERE) -> Decimal:
    """Enthalpy of liquid water in kJ/kg; Invalid where it would boil or freeze."""
    pressure = _pressure(mpa)
    if celsius < 0 or float(celsius) + 273.15 > _boiling(pressure) + 0.05:
        raise Invalid(
            msg("At %(mpa)s MPa (absolute) there is no liquid water of %(celsius)s °C."),
            field="temperature",
            mpa=mpa,
            celsius=celsius,
        )
    return _rounded(_enthalpy_1(pressure, float(celsius) + 273.15))


def heat_of_steam(
    tonnes: Decimal, mpa: Decimal, celsius: Decimal | None = None, dryness: Decimal = Decimal(1)
) -> SteamHeat:
    """Heat of a mass of steam in GJ: t x (h - 83.74) / 1000; Invalid as `steam_enthalpy`."""
    enthalpy = steam_enthalpy(mpa, celsius, dryness)
    heat = steam_heat_gj(tonnes, enthalpy)
    state = f"{plain(mpa)} MPa" + ("" if celsius is None else f", {plain(celsius)} °C")
    state += f", x = {plain(dryness)}" if dryness != 1 else ""
    return SteamHeat(
        heat,
        enthalpy,
        (
            Step(msg("Enthalpy of the steam (kJ/kg)"), f"IF97({state})", enthalpy, exact=False),
            Step(
                msg("Heat above water at 20 °C (GJ)"),
                f"{plain(tonnes)} × ({plain(enthalpy)} − 83.74) ÷ 1,000",
                heat,
            ),
        ),
    )


def _pressure(mpa: Decimal) -> float:
    if not LOWEST <= mpa <= HIGHEST:
        raise Invalid(
            msg(
                "A steam pressure of %(mpa)s MPa (absolute) is outside %(least)s to %(most)s MPa; "
                "check the unit (1 MPa = 10 bar = 1,000 kPa)."
            ),
            field="pressure",
            mpa=mpa,
            least=LOWEST,
            most=HIGHEST,
        )
    return float(mpa)


def _boiling(mpa: float) -> float:
    """Region 4, equation 31: saturation temperature in K."""
    n1, n2, n3, n4, n5, n6, n7, n8, n9, n10 = SATURATION
    root = mpa**0.25
    e = root**2 + n3 * root + n6
    f = n1 * root**2 + n4 * root + n7
    g = n2 * root**2 + n5 * root + n8
    d = 2 * g / (-f - (f**2 - 4 * e * g) ** 0.5)
    kelvin: float = (n10 + d - ((n10 + d) ** 2 - 4 * (n9 + n10 * d)) ** 0.5) / 2
    return kelvin


def _enthalpy_1(mpa: float, kelvin: float) -> float:
    """Region 1, equation 7: liquid water, kJ/kg."""
    pi, tau = mpa / 16.53, 1386 / kelvin
    slope = sum(n * (7.1 - pi) ** i * j * (tau - 1.222) ** (j - 1) for i, j, n in REGION_1)
    return tau * slope * GAS_CONSTANT * kelvin


def _enthalpy_2(mpa: float, kelvin: float) -> float:
    """Region 2, equations 15 to 17: vapour, kJ/kg."""
    tau = 540 / kelvin
    ideal = sum(n * j * tau ** (j - 1) for j, n in IDEAL_2)
    real = sum(n * mpa**i * j * (tau - 0.5) ** (j - 1) for i, j, n in REGION_2)
    return tau * (ideal + real) * GAS_CONSTANT * kelvin


def _rounded(value: float) -> Decimal:
    return round_half_up(decimal_from(value), ENTHALPY_PLACES)
