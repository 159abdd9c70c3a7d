"""Every message has its Chinese, none is glued together in code, and placeholders agree."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from cp_circles.cli.build import FRAGMENTS, merged_catalog
from tests.house.source import MODULES, PACKAGE, ROOT, TEMPLATES, short, tree_of

KEYWORDS = {"_": None, "_l": None, "msg": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PAGES = sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt"), *TEMPLATES.rglob("*.xml")])
FRAGMENT_FILES = sorted((FRAGMENTS / "zh_Hans").glob("*.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)")
MARKERS = {"_", "_l", "msg", "gettext", "lazy_gettext", "ngettext"}
NAMES = {"CP", "Circles", "English", "CSV", "XLSX", "Excel", "PDF", "SHA-256", "Word", "PNG", "JPEG", "SVG"}
NAMES |= {"中文", "简体中文", "中", "切换语言", "Switch", "language", "Ctrl", "Enter"}


def messages_of(path):
    """(msgid, line) of every message a source or a template asks for."""
    method = "python" if path.suffix == ".py" else "jinja2"
    with path.open("rb") as stream:
        for line, ids, *_ in extract(method, stream, KEYWORDS, options={"silent": "false"}):
            yield (ids[0] if isinstance(ids, tuple) else ids), line


@pytest.fixture(scope="module")
def catalog():
    return merged_catalog(FRAGMENTS / "zh_Hans")


@pytest.mark.parametrize("path", [*MODULES, *PAGES], ids=short)
def test_every_message_has_its_chinese(path, catalog):
    lacking = [
        f"{short(path)}:{line} {id_!r}" for id_, line in messages_of(path) if not chinese(catalog, id_)
    ]
    listed = "\n".join(lacking)
    assert not lacking, f"no Chinese for (see tools/missing_messages.py):\n{listed}"


def chinese(catalog, id_):
    """The translation of a msgid, or an empty text."""
    message = catalog.get(id_)
    text = message.string if message else ""
    return "".join(text) if isinstance(text, tuple | list) else text


@pytest.mark.parametrize("path", FRAGMENT_FILES, ids=short)
def test_fragment_is_complete_and_agrees_on_placeholders(path):
    with path.open("rb") as stream:
        messages = [message for message in read_po(stream, abort_invalid=True) if message.id]
    assert [m.id for m in messages if m.fuzzy] == []
    assert [m.id for m in messages if not m.string] == []
    for message in messages:
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = {name for id_ in ids for name in PLACEHOLDER.findall(id_)}
        given = {name for text in texts for name in PLACEHOLDER.findall(text)}
        assert given == wanted, f"{path.name}: {message.id!r}"


def refusal_names():
    """`DomainError` and every class of the package that descends from it."""
    names, before = {"DomainError"}, 0
    classes = [node for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]
    while len(names) != before:
        before = len(names)
        for node in classes:
            if {base.id for base in node.bases if isinstance(base, ast.Name)} & names:
                names.add(node.name)
    return names


REFUSALS = refusal_names()


def called(node):
    """The plain name of what is called."""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_messages_are_marked_and_never_glued(path):
    faults = []
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first, name = node.args[0], called(node)
        glued = isinstance(first, ast.JoinedStr | ast.BinOp)
        bare = isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value != ""
        if name in MARKERS and glued:
            faults.append(f"{short(path)}:{node.lineno} {name}(...) is glued: use %(name)s placeholders")
        elif name in {*REFUSALS, "flash"} and (glued or bare):
            faults.append(f"{short(path)}:{node.lineno} {name}(...): mark the msgid with msg() or _()")
        elif path.stem == "forms" and name.endswith("Field") and (glued or bare):
            faults.append(f"{short(path)}:{node.lineno} {name}(...): mark the label with _l()")
    assert faults == []


@pytest.mark.parametrize("path", [page for page in PAGES if page.name != "style.html"], ids=short)
def test_template_has_no_bare_words(path):
    """Text that a reader sees comes from a message or a value."""
    text = path.read_text("utf-8")
    attributes = re.findall(r"""\s(?:title|alt|placeholder|aria-label)=(["'])(.*?)\1""", text)
    for pattern in (
        r"\{#.*?#\}",
        r"\{%-?\s*trans\b.*?endtrans\s*-?%\}",
        r"\{% block \w+_class %\}.*?\{% endblock",
        r"\bdata-[\w-]+=",
        r"<(script|style|code|kbd)\b.*?</\1>",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<[^>]*>",
        r"&\w+;",
    ):
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    shown = " ".join([text, *(re.sub(r"\{[{%].*?[}%]\}", " ", value) for _, value in attributes)])
    words = (
        set(re.findall(r"[A-Za-z][A-Za-z0-9-]{2,}|[\u4e00-\u9fff]+", shown)) - NAMES - {"中文", "简体中文"}
    )
    assert words == set(), f"{short(path)}: mark these with _()"


def test_the_house_has_one_place_for_translations():
    strays = [short(path) for path in ROOT.glob("cp_circles/**/*.po") if path.parent.parent != FRAGMENTS]
    assert strays == []
    assert Path(PACKAGE / "translations") == FRAGMENTS


def test_no_template_writes_a_colon_of_its_own():
    """A colon before or behind a value is the message `: `, which Chinese writes full-width."""
    colon = re.compile(r"\}\}: (?=\{\{)|\}\}:(?=</span>)|<span class=\"vh\">:")
    faults = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        lines = enumerate(path.read_text("utf-8").splitlines(), start=1)
        faults += [f"{short(path)}:{number}" for number, line in lines if colon.search(line)]
    assert faults == [], "write {{ _(': ') }}"
