"""What can be done with meters and readings."""

from cp_circles.metering.services.imports import ImportReport, RowError, import_readings
from cp_circles.metering.services.meters import Counter, add_meter, retire_meter
from cp_circles.metering.services.readings import (
    Counted,
    OverlapsReading,
    ReadingIsBound,
    bind_readings,
    correct_reading,
    hold_readings,
    record_reading,
    unbind_readings,
    void_reading,
)
from cp_circles.metering.services.registers import (
    correct_shown,
    counted_of,
    record_shown,
    stands_at,
    used,
)
from cp_circles.metering.services.tokens import (
    REQUESTS_A_MINUTE,
    TooManyRequests,
    make_token,
    revoke_token,
    system_of,
    use_token,
)

__all__ = [
    "REQUESTS_A_MINUTE",
    "Counted",
    "Counter",
    "ImportReport",
    "OverlapsReading",
    "ReadingIsBound",
    "RowError",
    "TooManyRequests",
    "add_meter",
    "bind_readings",
    "correct_reading",
    "correct_shown",
    "counted_of",
    "hold_readings",
    "import_readings",
    "make_token",
    "record_reading",
    "record_shown",
    "retire_meter",
    "revoke_token",
    "stands_at",
    "system_of",
    "unbind_readings",
    "use_token",
    "used",
    "void_reading",
]
