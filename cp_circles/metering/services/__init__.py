"""What can be done with meters and readings."""

from cp_circles.metering.services.boundaries import check_places, edit_meter, move_meter, require_keeper
from cp_circles.metering.services.imports import (
    ImportReport,
    import_readings,
    keep_layout,
    layout_for,
    parse_file,
    preview_file,
    store_file,
)
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
from cp_circles.metering.services.replacing import Change, replace_counter
from cp_circles.metering.services.resolving import (
    accept_finding,
    declare_fall,
    estimate_for,
    fill_gap,
    gap_of,
    ignore_period,
)
from cp_circles.metering.services.rows import RowError
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
    "Change",
    "Counted",
    "Counter",
    "ImportReport",
    "OverlapsReading",
    "ReadingIsBound",
    "RowError",
    "TooManyRequests",
    "accept_finding",
    "add_meter",
    "bind_readings",
    "check_places",
    "correct_reading",
    "correct_shown",
    "counted_of",
    "declare_fall",
    "edit_meter",
    "estimate_for",
    "fill_gap",
    "gap_of",
    "hold_readings",
    "ignore_period",
    "import_readings",
    "keep_layout",
    "layout_for",
    "make_token",
    "move_meter",
    "parse_file",
    "preview_file",
    "record_reading",
    "record_shown",
    "replace_counter",
    "require_keeper",
    "retire_meter",
    "revoke_token",
    "stands_at",
    "store_file",
    "system_of",
    "unbind_readings",
    "use_token",
    "used",
    "void_reading",
]
