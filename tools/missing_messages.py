"""Print the messages that have no Chinese yet, as entries to fill in; an argument keeps one folder."""

import sys
from collections import defaultdict
from pathlib import Path

from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cp_circles.cli.build import FRAGMENTS, merged_catalog  # noqa: E402
from tests.house.test_messages import MODULES, PAGES, chinese, messages_of  # noqa: E402


def missing(only: str = "") -> dict[str, dict[str, str]]:
    """Messages without Chinese by room: msgid to the first place that asks for it."""
    catalog, found = merged_catalog(FRAGMENTS / "zh_Hans"), defaultdict[str, dict[str, str]](dict)
    for path in [*MODULES, *PAGES]:
        place = path.relative_to(ROOT)
        if only not in place.as_posix():
            continue
        try:
            messages = list(messages_of(path))
        except TemplateSyntaxError as error:
            print(f"# {place.as_posix()}:{error.lineno} cannot be read: {error.message}", file=sys.stderr)
            continue
        for id_, line in messages:
            if not chinese(catalog, id_):
                found[place.parts[1]].setdefault(id_, f"{place.as_posix()}:{line}")
    return found


def quoted(text: str) -> str:
    """The text as a PO file writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main(only: str = "") -> None:
    """Print them room by room."""
    for room, entries in sorted(missing(only).items()):
        print(f"# {room}: {len(entries)}")
        for id_, place in entries.items():
            print(f'#: {place}\nmsgid {quoted(id_)}\nmsgstr ""\n')


if __name__ == "__main__":
    main(*sys.argv[1:2])
