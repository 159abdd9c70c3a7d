"""Imports point down, as docs/architecture.md draws the floors."""

import ast
import re

import pytest

from tests.house.source import MODULES, PACKAGE, ROOT, imports_of, short, tree_of

PURE = {"calc", "charts", "rulesets", "errors"}
DOORS = {"cli", "jobs", "demo", "imports"}
BELOW_WEB = {*PURE, "db", "organisations", "people", "notices"}
WEB_FILES = {"views", "forms", "access", "presenting"}
FLASK = ("flask", "wtforms", "werkzeug")
ORDER = {
    "models": 0,
    "queries": 1,
    "rules": 1,
    "services": 2,
    "forms": 3,
    "presenting": 4,
    "access": 4,
    "views": 5,
}


def rooms() -> list[str]:
    """The rooms in their order, as the drawing in docs/architecture.md names them."""
    drawing = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("```")[1]
    found = re.search(r"^rooms(.*?)^web/", drawing, re.DOTALL | re.MULTILINE)
    assert found, "docs/architecture.md no longer draws a line of rooms"
    return found.group(1).split()


ROOMS = rooms()
FLOORS = [{"errors"}, {"calc"}, {"charts", "rulesets"}, {"db"}, *({room} for room in ROOMS)]
BELOW = {room: set().union(*FLOORS[:n]) for n, floor in enumerate(FLOORS) for room in floor}
BELOW |= {
    "web": BELOW_WEB,
    **{door: {*BELOW, *DOORS, "web"} for door in DOORS},
    "app": {*BELOW, *DOORS, "web"},
}


def place(path):
    """(room, part): `judging`, `services` for judging/services/sheets.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def test_every_package_has_a_place_in_the_drawing():
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages - set(BELOW) == set(), "draw it in docs/architecture.md"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_imports_point_down(path):
    room, part = place(path)
    for name in imports_of(path):
        first, other, *_ = (*name.split("."), "")
        if first != "cp_circles" or other in {"", room, "__init__"} or room == "__init__":
            continue
        if other == "web":
            allowed = part in WEB_FILES or room in {*DOORS, "app"}
            assert allowed, f"{short(path)} imports {name}: only {', '.join(sorted(WEB_FILES))} and doors may"
            continue
        allowed = BELOW[room] | (BELOW_WEB if part in WEB_FILES else set())
        assert other in allowed, f"{short(path)} imports {name}: {other} is not below {room}"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_another_rooms_pages_are_its_own(path):
    room, _ = place(path)
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "cp_circles" and len(parts) > 2 and parts[1] != room and room != "app":
            taken = parts[2] in {"views", "forms"} and parts[1] != "web"
            assert not taken, f"{short(path)} imports {name}: share a query or a macro instead"


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_flask_stays_at_the_doors(path):
    room, part = place(path)
    if room in {*DOORS, "web", "app"} or part in WEB_FILES:
        return
    for name in imports_of(path):
        assert not name.startswith(FLASK), f"{short(path)} imports {name}: only views, forms and doors may"


@pytest.mark.parametrize("path", [path for path in MODULES if place(path)[0] in ROOMS], ids=short)
def test_furniture_stands_in_order(path):
    room, part = place(path)
    for name in imports_of(path):
        parts = name.split(".")
        if parts[:2] != ["cp_circles", room] or len(parts) < 3:
            continue
        own, other = ORDER.get(part, 1.5), ORDER.get(parts[2], 0)
        assert other <= own, (
            f"{short(path)} imports {name}: views > forms > services > rules, queries > models"
        )


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_only_the_settings_read_the_environment(path):
    if place(path)[0] == "cli":
        return
    for node in ast.walk(tree_of(path)):
        reads = isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        assert not reads, f"{short(path)}:{node.lineno} reads the environment: add a setting to config.py"
