"""Build what browsers are served: hashed, compressed static files and the merged Chinese catalogue."""

import gzip
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import brotli
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "cp_circles" / "static"
FRAGMENTS = ROOT / "cp_circles" / "translations"
BUILD = ROOT / "build"
STATIC = BUILD / "static"
TRANSLATIONS = BUILD / "translations"
COMPRESSED = frozenset({".css", ".js", ".json", ".svg", ".html", ".txt", ".map", ".webmanifest"})


class BuildError(Exception):
    """A source that cannot be built; the message names the file and what to change."""


def build_all(build: Path = BUILD) -> list[str]:
    """Build static files and catalogues; give back what was written, nothing when all was fresh."""
    return build_static(build / "static") + build_translations(FRAGMENTS, build / "translations")


def build_static(target: Path = STATIC) -> list[str]:
    """Copy every static file under a name that carries its hash, compressed beside it.

    `manifest.json` maps the plain name (`vendor/htmx.min.js`) to the hashed one.
    """
    target.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, str] = {}
    written: list[str] = []
    sources = sorted(_sources(), key=lambda pair: (pair[0].endswith(".css"), pair[0]))
    for name, content in sources:
        if name.endswith(".css"):
            content = _point_at_hashed(name, content.decode(), manifest).encode()
        manifest[name] = _hashed(name, content)
        written += _write_static(target, manifest[name], content)
    text = json.dumps(manifest, indent=1, sort_keys=True).encode()
    if _write_if_changed(target / "manifest.json", text):
        written.append("manifest.json")
    _remove_stale(target, set(manifest.values()) | {"manifest.json"})
    return written


def _sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(SOURCE).as_posix(), path.read_bytes()
    yield from vendor_files()


def vendor_files() -> Iterator[tuple[str, bytes]]:
    """The third-party files, out of the pinned packages that carry them."""
    htmx = files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js"
    yield "vendor/htmx.min.js", htmx.read_bytes()
    script = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    yield "vendor/plotly.min.js", (plotly_guard(script) + script).encode()
    yield "vendor/plotly.css", plotly_css(script).encode()


def plotly_css(script: str) -> str:
    """The style sheet that Plotly injects by script, as a file that the content policy allows.

    Plotly inserts each rule before the last one, so the order is turned round.
    """
    block = re.search(r'\{"X,X div":.*?\};for\(', script, re.DOTALL)
    if block is None:
        raise BuildError("plotly.min.js no longer holds its style rules where they were: see plotly_css")
    rules = re.findall(r"""(["'])((?:X|Y).*?)\1:(["'])(.*?)\3""", block.group())
    lines = [f"{_plotly_selector(selector)}{{{body}}}" for _, selector, _, body in rules]
    return "\n".join(reversed(lines)) + "\n"


def _plotly_selector(key: str) -> str:
    return key.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")


def plotly_guard(script: str) -> str:
    """A line that keeps Plotly's map library from injecting a style sheet of its own.

    The library looks for an element by id before it injects; an empty template satisfies it.
    """
    found = re.search(r'getElementById\("([0-9a-f]{64})"\)', script)
    if found is None:
        return ""
    return f'{{const t=document.createElement("template");t.id="{found.group(1)}";document.head.append(t)}}\n'


def _point_at_hashed(name: str, css: str, manifest: dict[str, str]) -> str:
    folder = Path(name).parent

    def replace(match: re.Match[str]) -> str:
        wanted = os.path.normpath(folder / match.group(1))
        if wanted not in manifest:
            raise BuildError(f"{name} points at {match.group(1)}, which is not among the static files")
        return f"url({os.path.relpath(manifest[wanted], folder)})"

    return re.sub(r"""url\(["']?(?!data:|#|https?:)([^"')]+)["']?\)""", replace, css)


def _hashed(name: str, content: bytes) -> str:
    path = Path(name)
    digest = hashlib.sha256(content).hexdigest()[:12]
    return path.with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()


def _write_static(target: Path, hashed: str, content: bytes) -> list[str]:
    path = target / hashed
    wants = [path]
    if path.suffix in COMPRESSED:
        wants += [path.with_name(path.name + ".gz"), path.with_name(path.name + ".br")]
    if all(want.exists() for want in wants):
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in COMPRESSED:
        _write(wants[1], gzip.compress(content, 9, mtime=0))
        _write(wants[2], brotli.compress(content, quality=11))
    _write(path, content)
    return [hashed]


def _remove_stale(target: Path, kept: set[str]) -> None:
    for path in target.rglob("*"):
        plain = path.relative_to(target).as_posix().removesuffix(".gz").removesuffix(".br")
        if path.is_file() and plain not in kept:
            path.unlink(missing_ok=True)


def build_translations(source: Path = FRAGMENTS, target: Path = TRANSLATIONS) -> list[str]:
    """Merge each language's fragments into one `messages.mo`; nothing is written when all is fresh."""
    written = []
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        path = target / folder.name / "LC_MESSAGES" / "messages.mo"
        newest = max((po.stat().st_mtime for po in [folder, *folder.glob("*.po")]), default=0.0)
        if path.exists() and path.stat().st_mtime > newest:
            continue
        catalog = merged_catalog(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{os.getpid()}.mo")
        with partial.open("wb") as stream:
            write_mo(stream, catalog)
        partial.replace(path)
        written.append(path.relative_to(target).as_posix())
    return written


def merged_catalog(folder: Path) -> Catalog:
    """All fragments of one language; a message translated in two ways raises, naming both files."""
    merged = Catalog(locale=folder.name, fuzzy=False)
    origin: dict[object, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as stream:
            fragment = read_po(stream, locale=folder.name, abort_invalid=True)
        for message in fragment:
            if not message.id or not message.string:
                continue
            known = merged.get(message.id, message.context)
            if known is not None and known.string != message.string:
                first = origin[known.id]
                raise BuildError(f"{message.id!r} has two translations: in {first} and in {path.name}")
            origin[message.id] = path.name
            merged[message.id] = message
    return merged


def _write_if_changed(path: Path, content: bytes) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    _write(path, content)
    return True


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    partial.write_bytes(content)
    partial.replace(path)


def main() -> int:
    """Build, print what was written, and answer 1 with a sentence when a source is wrong."""
    try:
        written = build_all()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"assets: {len(written)} written" if written else "assets: fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
