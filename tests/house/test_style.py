"""The house style that a formatter cannot hold: sizes, docstrings and names."""

import ast

import pytest

from tests.house.source import MODULES, ROOT, short, tree_of

FILE_SOFT, FILE_HARD = 250, 400
FUNCTION_SOFT, FUNCTION_HARD = 25, 80
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "processor"}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(path):
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTIONS)]


def length(node):
    """Lines of a function without its decorators and its docstring."""
    docstring = node.body[0] if ast.get_docstring(node) else None
    skipped = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    return node.end_lineno - node.lineno + 1 - skipped


def test_sizes_stay_readable(capsys):
    """Lists what outgrows the soft caps; fails above the hard ones."""
    files = {short(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    functions = {
        f"{short(path)}:{f.lineno} {f.name}": length(f) for path in MODULES for f in functions_of(path)
    }
    for title, sizes, soft in (("files", files, FILE_SOFT), ("functions", functions, FUNCTION_SOFT)):
        large = sorted(((size, name) for name, size in sizes.items() if size > soft), reverse=True)
        print(
            f"{len(large)} {title} over {soft} lines:",
            *(f"{size} {name}" for size, name in large),
            sep="\n  ",
        )
    assert {name: size for name, size in files.items() if size > FILE_HARD} == {}
    assert {name: size for name, size in functions.items() if size > FUNCTION_HARD} == {}


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_everything_public_says_what_it_is_for(path):
    tree = tree_of(path)
    empty = [] if ast.get_docstring(tree) or not tree.body else [f"{short(path)}: module"]
    for node in tree.body:
        if isinstance(node, FUNCTIONS) and any(
            ast.unparse(mark) == "overload" for mark in node.decorator_list
        ):
            continue
        if isinstance(node, FUNCTIONS | ast.ClassDef) and not node.name.startswith("_"):
            empty += [] if ast.get_docstring(node) else [f"{short(path)}:{node.lineno} {node.name}"]
    assert empty == []


def test_names_name_the_job():
    places = [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    named = {
        short(path) for path in places if FORBIDDEN & {*path.stem.split("_"), *path.parent.name.split("_")}
    }
    assert named == set()
