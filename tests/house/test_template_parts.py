"""Templates call macros that exist with arguments that they take, and name classes and icons that are drawn."""

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from tests.needs import ROOT

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "cp_circles" / "static"
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n", "jinja2.ext.do"]
)
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.parent.name != "macros")
Signature = tuple[list[str], int]


def parsed(path: Path) -> nodes.Template:
    """The syntax tree of a template."""
    return ENVIRONMENT.parse(path.read_text(encoding="utf-8"))


def signatures() -> dict[tuple[str, str], Signature]:
    """Every macro: its arguments, and how many of them it needs."""
    found: dict[tuple[str, str], Signature] = {}
    for path in sorted((TEMPLATES / "macros").glob("*.html")):
        for macro in parsed(path).find_all(nodes.Macro):
            names = [argument.name for argument in macro.args]
            found[f"macros/{path.name}", macro.name] = (names, len(names) - len(macro.defaults))
    return found


MACROS = signatures()


def imported(tree: nodes.Template) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Names that stand for a macro, and names that stand for a whole file of them."""
    names: dict[str, tuple[str, str]] = {}
    for line in tree.find_all(nodes.FromImport):
        for item in line.names:
            macro, alias = (item, item) if isinstance(item, str) else item
            names[alias] = (line.template.value, macro)
    files = {line.target: line.template.value for line in tree.find_all(nodes.Import)}
    return names, files


def calls(tree: nodes.Template) -> Iterator[tuple[tuple[str, str], nodes.Call]]:
    """Each call of an imported macro."""
    names, files = imported(tree)
    for call in tree.find_all(nodes.Call):
        target = call.node
        if isinstance(target, nodes.Name) and target.name in names:
            yield names[target.name], call
        elif isinstance(target, nodes.Getattr) and getattr(target.node, "name", None) in files:
            yield (files[target.node.name], target.attr), call


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_macros_are_called_as_they_are_defined(path: Path) -> None:
    tree = parsed(path)
    names, _files = imported(tree)
    unknown = [macro for macro in names.values() if macro[0].startswith("macros/") and macro not in MACROS]
    wrong = []
    for macro, call in calls(tree):
        if not macro[0].startswith("macros/"):
            continue
        arguments, needed = MACROS.get(macro, ([], 99))
        given = [keyword.key for keyword in call.kwargs]
        fits = needed <= len(call.args) + len(given) and len(call.args) <= len(arguments)
        if not fits or set(given) - set(arguments):
            wrong.append(f"line {call.lineno}: {macro[1]} takes ({', '.join(arguments)})")

    assert unknown == [], "no such macro"
    assert wrong == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_classes_are_in_the_style_sheets(path: Path) -> None:
    drawn = "".join(sheet.read_text(encoding="utf-8") for sheet in (STATIC / "css").glob("*.css"))
    text = re.sub(r"{[{%].*?[%}]}", "\0", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    names = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}
    used = {name.strip("\0") for name in names if not re.search("-\0|\0.*\0|^\0\\w", name)} - {""}
    unknown = sorted(name for name in used if not re.search(rf"\.{re.escape(name)}(?![\w-])", drawn))

    assert unknown == [], "add the class to cp_circles/static/css, or use one that is there"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_icons_are_drawn_and_nothing_is_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\bicon\('([a-z]+)'", text)) | set(re.findall(r"icon_name='([a-z]+)'", text))

    assert sorted(name for name in wanted if f'id="i-{name}"' not in sprite) == []
    assert re.findall(r"\s(?:style|on[a-z]+)=[\"']", text) == [], "the content policy refuses inline code"
    assert "<script>" not in text
    assert "<style" not in text
