"""Cells of published heads, receipts and the audit of a round."""

from tests.house.cells.addresses import of_province_round
from tests.house.cells.cell import rows
from tests.house.cells.readers import HOLDS_PROVINCE
from tests.house.world import NAMED, READERS

ROWS = {
    **rows("trust: list_heads", may=READERS, open_=True),
    **rows("trust: check_receipt verifier", may=READERS, open_=True),
    **rows("trust: my_receipts", may=NAMED),
    **rows("trust: download_audit", may=HOLDS_PROVINCE, args=of_province_round),
}
