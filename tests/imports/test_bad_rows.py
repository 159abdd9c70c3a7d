"""Every kind of bad row is refused with its column and reason, and is the only one refused."""

import pytest

from cp_circles.errors import Invalid
from cp_circles.imports.checking import check_tables
from cp_circles.imports.findings import Known
from cp_circles.imports.reading import tables_of
from tests.imports.conftest import ROW, csv_of

KNOWN = Known(
    regions=frozenset({"TX", "OK"}),
    domains=frozenset({"energy_saving", "pollution_reduction", "other"}),
    focus_areas=frozenset({"production"}),
)
GOOD = {"superid": "OK000101", "id": "OK0001", "state": "OK", "center": "OK"}
NO_NUMBER = "%(text)s is no number; write for example 1234.5."
NO_YEAR = "%(text)s is no year; write for example 2026."
FAULT = "The cell holds the Excel error %(text)s; correct its formula."
NEEDED = "This cell is empty; it is needed."
TOO_LONG = "The text has %(length)s signs; at most %(most)s are kept."
TOO_FINE = "%(text)s has more than %(places)s decimals once it is in the base unit; round it."
TOO_LARGE = "%(text)s is too large to be kept."
BELOW = "%(text)s is below the least that is possible, %(least)s."
ABOVE = "%(text)s is above the most that is possible, %(most)s."
YEARS = "%(text)s lies outside the years %(earliest)s to %(latest)s."
CODE = "The code %(code)s is not known here; use one of %(known)s."
REGION = "No region of this platform has the code %(code)s."
SIGNS = "The text holds signs that cannot be printed; type it again."

BAD = [
    *(
        ("psaved", text, NO_NUMBER)
        for text in ("abc", "12abc", "1,23", "1.2.3", "--5", "$100", "10%", "5~8", "1_000")
    ),
    *(
        ("psaved", text, NO_NUMBER)
        for text in ("NaN", "Infinity", "-inf", "0x10", "一百", "4100 USD", "4 100,5", "TRUE")
    ),
    *(
        ("psaved", text, FAULT)
        for text in ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")
    ),
    ("psaved", "", NEEDED),
    ("psaved", "   ", NEEDED),
    ("psaved", "4100.001", TOO_FINE),
    ("psaved", "1e16", TOO_LARGE),
    ("psaved", "9" * 40, TOO_LARGE),
    ("pconserved", "1.1234567", TOO_FINE),
    ("pconserved", "unknown", NO_NUMBER),
    ("pconserved", "100000000000", TOO_LARGE),
    ("impcost", "-1", BELOW),
    ("impcost", "n/k", NO_NUMBER),
    ("impcost", "0.005", TOO_FINE),
    ("employees", "0", BELOW),
    ("employees", "1.5", TOO_FINE),
    ("employees", "9000000", ABOVE),
    ("employees", "many", NO_NUMBER),
    ("fy", "", NEEDED),
    ("fy", "18", NO_YEAR),
    ("fy", "20188", NO_YEAR),
    ("fy", "2018-19", NO_YEAR),
    ("fy", "last year", NO_YEAR),
    ("fy", "1776", YEARS),
    ("fy", "2999", YEARS),
    ("fy", "#N/A", FAULT),
    ("impstatus", "X", CODE),
    ("impstatus", "i", CODE),
    ("impstatus", "#REF!", FAULT),
    ("psourccode", "", NEEDED),
    ("psourccode", "ELECTRICITY", TOO_LONG),
    ("state", "", NEEDED),
    ("state", "ZZ", REGION),
    ("state", "tx", REGION),
    ("state", "Texas", TOO_LONG),
    ("center", "", NEEDED),
    ("center", "A VERY LONG CENTRE", TOO_LONG),
    ("superid", "", NEEDED),
    ("superid", "A" * 41, TOO_LONG),
    ("superid", "AM\x0074301".replace("\x00", "\x07"), SIGNS),
    ("superid", "#VALUE!", FAULT),
    ("superid", "OK000101", "This project stands in row %(row)s already; keep one of the two."),
    ("id", "", NEEDED),
    ("id", "AM0743AM0743X", TOO_LONG),
    ("id", "OK0001", "Company %(company)s stands in another place in an earlier row; correct one of them."),
    ("ar_number", "", NEEDED),
    ("ar_number", "1" * 11, TOO_LONG),
    ("products", "Milk\x1b[31m", SIGNS),
]
COLUMN_OF = {("id", "OK0001"): "state"}


def checked(packs, content, known=KNOWN):
    mapping = packs["mapping", "iac"]
    return check_tables(mapping, tables_of(mapping, "f.csv", content), known)


def test_there_are_more_than_fifty_kinds():
    assert len(BAD) > 50


@pytest.mark.parametrize(("column", "text", "reason"), BAD, ids=[f"{c}={t[:20]!r}" for c, t, _ in BAD])
def test_a_bad_row_is_refused_alone_with_its_reason(packs, column, text, reason):
    found = checked(packs, csv_of(GOOD, {column: text}, {"superid": "AM074399"}))
    assert (found.read, found.refused) == (3, 1)
    assert {(each.row, each.msgid) for each in found.problems} == {(3, reason)}
    assert {each.column for each in found.problems} == {COLUMN_OF.get((column, text), column)}
    assert [row.import_key for row in found.rows] == ["iac:OK000101", "iac:AM074399"]


def test_every_fault_of_a_row_is_named_at_once(packs):
    found = checked(packs, csv_of({"psaved": "abc", "fy": "", "state": "ZZ", "impcost": "-3"}))
    assert {each.column for each in found.problems} == {"psaved", "fy", "state", "impcost"}
    assert found.refused == 1


@pytest.mark.parametrize("tail", [",surplus", ""])
def test_a_row_of_another_width_is_refused(packs, tail):
    lines = csv_of({}, {"superid": "AM074302"}).decode().splitlines()
    lines[2] = lines[2] + tail if tail else lines[2].rsplit(",", 1)[0]
    found = checked(packs, "\n".join(lines).encode())
    assert [(each.row, each.column) for each in found.problems] == [(3, "")]
    assert len(found.rows) == 1


def test_what_is_unknown_is_kept_and_remarked(packs):
    found = checked(
        packs,
        csv_of(
            {"impcost": "", "pconserved": "", "products": "", "psaved": "-50"},
            {"superid": "X1", "psourccode": "Q9"},
        ),
    )
    assert found.problems == []
    first, second = found.rows
    assert (first.investment, first.lines[0].quantity, str(first.lines[0].money)) == (None, None, "-50")
    assert {each.column for each in found.remarks if each.row == 2} == {
        "impcost",
        "pconserved",
        "products",
        "psaved",
    }
    assert (second.domain, second.lines[0].metric, str(second.lines[0].money)) == ("other", None, "4100")
    unknown = [each for each in found.remarks if each.row == 3]
    assert [(each.column, each.values) for each in unknown] == [("psourccode", {"code": "Q9"})]


FILES = {
    "empty": b"",
    "blank": b"  \n \n",
    "heading only": csv_of(),
    "other columns": b"a,b,c\n1,2,3\n",
    "a column lacking": csv_of({}, headings=[name for name in ROW if name != "psaved"]),
    "binary": bytes(range(256)) * 4,
    "damaged gzip": b"\x1f\x8b\x08\x00broken",
    "damaged excel": b"PK\x03\x04broken",
    "no text": b"\xff\xff\xff\xff\x81",
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_whole(packs, name):
    with pytest.raises(Invalid) as refusal:
        checked(packs, FILES[name])
    assert refusal.value.field == "file"


def test_a_lacking_column_is_named(packs):
    with pytest.raises(Invalid) as refusal:
        checked(packs, FILES["a column lacking"])
    assert refusal.value.values == {"columns": "psaved"}
