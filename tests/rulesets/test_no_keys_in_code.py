"""No pack key stands in the code: what may change without code is found by query, never by name."""

import ast
from pathlib import Path

import pytest

from cp_circles.rulesets.loader import shipped

PACKAGE = Path(__file__).resolve().parents[2] / "cp_circles"
KINDS = ("track", "method", "rubric", "round_rule", "award_scheme")
KEYS = {one.key for one in shipped() if one.kind in KINDS}
KEYS |= {factor.key for one in shipped() if one.kind == "factors" for factor in one.pack.factors}  # type: ignore[attr-defined]
DATA = ("demo", "imports")
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in DATA)
COMMON = {"coke", "diesel", "gasoline", "kerosene", "lpg", "lng", "oxygen", "hydrogen", "methanol", "biogas"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_pack_key_stands_in_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert texts & (KEYS - COMMON) == set()
