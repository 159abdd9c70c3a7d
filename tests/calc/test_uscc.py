"""Credit codes: made-up faults here, real codes from the shared data where it is present."""

import csv

import pytest

from cp_circles.calc.uscc import check_character, is_uscc, normalise_uscc, uscc_problem
from tests.needs import SHARED_DATA, missing


def shared_rows(name: str) -> list[dict[str, str]]:
    """Rows of a shared file, or a loud skip."""
    path = SHARED_DATA / "uscc" / name
    if not path.exists():
        missing(f"uscc/{name}", "set SHARED_DATA to the folder of the shared data")
    with path.open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def test_every_real_code_is_accepted():
    rows = shared_rows("uscc_valid.csv")
    assert len(rows) >= 88
    assert [row["uscc"] for row in rows if not is_uscc(row["uscc"])] == []


def test_every_broken_code_is_refused():
    rows = shared_rows("uscc_invalid.csv")
    assert len(rows) >= 8
    assert [row["uscc"] for row in rows if is_uscc(row["uscc"])] == []


def made_up() -> str:
    """A valid code of no real company."""
    first = "91990000MA0000000"
    return first + check_character(first)


def test_a_code_is_normalised_before_the_check():
    code = made_up()
    assert normalise_uscc(f" {code[:8].lower()}-{code[8:]} ") == code
    assert is_uscc(code.lower())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda code: code[:-1], "this one has 17"),
        (lambda code: "O" + code[1:], "The character O does not occur"),
        (lambda code: code[:2] + "A" + code[3:], "digits of a region"),
        (lambda code: code[:16] + ("1" if code[16] != "1" else "2") + code[17], "check character"),
    ],
)
def test_each_fault_is_said(change, words):
    assert words in str(uscc_problem(change(made_up())))
    assert uscc_problem(made_up()) is None
