"""Nothing third-party, generated, large or tied to one machine is committed; locks carry hashes."""

import re

import pytest

from tests.house.source import ROOT, short, tracked_files

LARGEST = 500_000
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
GENERATED = {".mo", ".pyc", ".br", ".gz", ".db", ".sqlite"}
MACHINE_PATH = re.compile(r"(?<![\w./}\])-])/(?:root|work|home/[a-z]\w*|Users/\w+)/\w")
INDEX_OPTION = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|://[^\s\"']*/simple\b")


def text_of(path):
    """A file's text, or an empty text for pictures and the like."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_tracked_file_is_large():
    assert [short(path) for path in tracked_files() if path.stat().st_size > LARGEST] == []


def test_nothing_third_party_or_generated_is_tracked():
    suffixes = [short(path) for path in tracked_files() if path.suffix in FONTS | GENERATED]
    assert suffixes == []
    minified = [short(path) for path in tracked_files() if ".min." in path.name or is_minified(path)]
    assert minified == []


def is_minified(path):
    """Whether a script or style sheet has a line no person wrote."""
    return path.suffix in {".js", ".css"} and max(map(len, text_of(path).splitlines()), default=0) > 1000


def test_nothing_names_a_machine_or_an_index():
    this = ROOT / "tests" / "house" / "test_packaging.py"
    for path in tracked_files():
        if path == this:
            continue
        text = text_of(path)
        assert MACHINE_PATH.search(text) is None, short(path)
        assert INDEX_OPTION.search(text) is None, short(path)


@pytest.mark.parametrize("path", LOCKS, ids=short)
def test_lock_has_hashes_and_no_address(path):
    text = path.read_text("utf-8")
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.DOTALL | re.MULTILINE)
    assert len(pinned) > 30
    assert [entry.split()[0] for entry in pinned if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_locks_agree():
    runtime, both = (set(re.findall(r"^(\S+==\S+)", path.read_text("utf-8"), re.MULTILINE)) for path in LOCKS)
    assert runtime - both == set()
