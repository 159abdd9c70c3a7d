"""Sheets by hand figures."""

from decimal import Decimal

from cp_circles.calc.tools.sheets import RadarAxis, RadarInputs, compute_radar


def test_the_mean_of_a_radar_is_rounded_half_up():
    values = ("2.1", "2.1", "2.1", "2.2")
    rows = tuple(
        RadarAxis(label=f"方面{n}", before=Decimal(value)) for n, value in enumerate(values, start=1)
    )
    assert compute_radar(RadarInputs(rows=rows)).answer.values["mean"] == Decimal("2.13")
