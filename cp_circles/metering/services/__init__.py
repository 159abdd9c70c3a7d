"""What can be done with meters and readings."""

from cp_circles.metering.services.imports import ImportReport, RowError, import_readings
from cp_circles.metering.services.readings import (
    OverlapsReading,
    ReadingIsBound,
    add_meter,
    bind_readings,
    correct_reading,
    hold_readings,
    record_reading,
    retire_meter,
    unbind_readings,
    void_reading,
)

__all__ = [
    "ImportReport",
    "OverlapsReading",
    "ReadingIsBound",
    "RowError",
    "add_meter",
    "bind_readings",
    "correct_reading",
    "hold_readings",
    "import_readings",
    "record_reading",
    "retire_meter",
    "unbind_readings",
    "void_reading",
]
