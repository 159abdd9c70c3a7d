"""The docs name only commands, targets and settings that exist."""

import re

import click
import pytest

from config import Config
from cp_circles.cli.build import FRAGMENTS, merged_catalog
from cp_circles.demo.accounts import ACCOUNTS
from tests.house.source import ROOT, short
from tests.settings import settings_for

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
SETTINGS = {name for name, _, _ in Config.table()}
OTHER_VARIABLES = {"CHROMIUM", "CI", "PORT", "PYTHON", "SHARED_DATA", "FLASK_APP", "DOORS", "SYSTEM", "TOKEN"}
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def code_of(path):
    """The code a page quotes."""
    return "\n".join(CODE.findall(path.read_text("utf-8")))


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_named_targets_exist(path):
    named = set(re.findall(r"(?:`|^|\s)make ([a-z][a-z-]*)", code_of(path), re.MULTILINE))
    assert named - TARGETS == set()


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """The group of all `flask` commands."""
    from cp_circles.app import create_app

    folder = tmp_path_factory.mktemp("commands")
    return create_app(settings_for(f"sqlite:///{folder}/circles.db", folder)).cli


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_named_commands_exist(path, commands):
    for line in re.findall(r"(?:`|^|\s|/)flask ((?:[a-z][a-z-]* ?)+)", code_of(path), re.MULTILINE):
        command, context = commands, click.Context(commands)
        for word in line.split():
            if not isinstance(command, click.Group):
                break
            command = command.get_command(context, word)
            assert command is not None, f"{short(path)}: flask {line}"


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_named_settings_exist(path):
    named = set(re.findall(r"`([A-Z][A-Z]+(?:_[A-Z]+)*)(?:=[^`]*)?`", path.read_text("utf-8")))
    constants = {"MONEY", "QUANTITY", "SHARE", "POINTS", "FACTOR", "SAVEPOINT", "RESTRICT"}
    assert named - SETTINGS - OTHER_VARIABLES - constants == set()


def test_table_of_settings_is_true():
    stored = (ROOT / "docs" / "operations.md").read_text("utf-8")
    found = re.search(r"<!-- settings -->\n(.*?)<!-- end -->", stored, re.DOTALL)
    assert found, "docs/operations.md needs <!-- settings --> and <!-- end -->"
    assert found.group(1).strip() == settings_table(), "copy the table from 'flask settings table'"


def settings_table():
    """The table as the command prints it."""
    from cp_circles.cli.settings import markdown_table

    return markdown_table().strip()


def test_tour_names_accounts_and_buttons_that_exist():
    text = (ROOT / "docs" / "guides" / "tour.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z0-9_.-]+@demo\.example)`", text))
    assert named == {account.address for account in ACCOUNTS}
    catalog = merged_catalog(FRAGMENTS / "zh_Hans")
    pairs = re.findall(r"([\u4e00-\u9fff]+)\s\*([^*]+)\*", text)
    assert len(pairs) > 8
    assert [(zh, en) for zh, en in pairs if (found := catalog.get(en)) is None or found.string != zh] == []


def test_every_decision_is_listed():
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    listed = re.findall(
        r"\((0\d{3}-[a-z0-9-]+\.md)\)", (ROOT / "docs/decisions/README.md").read_text("utf-8")
    )
    assert listed == pages
