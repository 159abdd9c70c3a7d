"""The asset build: hashed names, nothing twice, and translations that must agree."""

import json
import re
from pathlib import Path

import brotli
import pytest
from babel.messages.mofile import read_mo

from cp_circles.cli import build

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Static files of the test's own, and nothing from packages."""
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "icons.svg").write_text("<svg/>")
    (folder / "css" / "app.css").write_text('a{background:url("../icons.svg")}b{background:url(data:x)}')
    monkeypatch.setattr(build, "SOURCE", folder)
    monkeypatch.setattr(build, "vendor_files", lambda: iter(()))
    return folder


def test_names_carry_hashes_and_style_sheets_follow(source, tmp_path):
    target = tmp_path / "out"
    build.build_static(target)
    manifest = json.loads((target / "manifest.json").read_text())
    assert set(manifest) == {"icons.svg", "css/app.css"}
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", manifest["css/app.css"])
    css = (target / manifest["css/app.css"]).read_text()
    assert css == f"a{{background:url(../{manifest['icons.svg']})}}b{{background:url(data:x)}}"
    assert brotli.decompress((target / (manifest["css/app.css"] + ".br")).read_bytes()).decode() == css


def test_only_what_changed_is_written_and_the_old_removed(source, tmp_path):
    target = tmp_path / "out"
    build.build_static(target)
    assert build.build_static(target) == []
    before = json.loads((target / "manifest.json").read_text())
    (source / "icons.svg").write_text("<svg></svg>")
    build.build_static(target)
    after = json.loads((target / "manifest.json").read_text())
    assert before["icons.svg"] != after["icons.svg"]
    assert before["css/app.css"] != after["css/app.css"]
    kept = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    served = {name + end for name in after.values() for end in ("", ".br", ".gz")}
    assert kept == served | {"manifest.json"}


def test_a_style_sheet_that_points_at_nothing_is_refused(source, tmp_path):
    (source / "css" / "app.css").write_text("a{background:url(gone.svg)}")
    with pytest.raises(build.BuildError, match=r"css/app\.css points at gone\.svg"):
        build.build_static(tmp_path / "out")


def test_plotly_style_sheet_is_whole():
    files = dict(build.vendor_files())
    css = files["vendor/plotly.css"].decode()
    assert ".js-plotly-plot .plotly .main-svg{position:absolute;" in css
    assert ".plotly-notifier" in css
    assert css.count("{") == css.count("}") > 50
    assert files["vendor/plotly.min.js"].startswith(b'{const t=document.createElement("template")')


def fragment(folder: Path, name: str, text: str) -> None:
    """Write one fragment of translations."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEAD + text, encoding="utf-8")


def test_fragments_are_merged(tmp_path):
    fragment(tmp_path / "po" / "zh_Hans", "a.po", 'msgid "Save"\nmsgstr "保存"\n')
    fragment(
        tmp_path / "po" / "zh_Hans", "b.po", 'msgid "Save"\nmsgstr "保存"\n\nmsgid "Sign"\nmsgstr "签字"\n'
    )
    assert build.build_translations(tmp_path / "po", tmp_path / "out") == ["zh_Hans/LC_MESSAGES/messages.mo"]
    with (tmp_path / "out" / "zh_Hans" / "LC_MESSAGES" / "messages.mo").open("rb") as stream:
        catalog = read_mo(stream)
    assert {m.id: m.string for m in catalog if m.id} == {"Save": "保存", "Sign": "签字"}


def test_two_translations_of_one_message_name_both_files(tmp_path):
    fragment(tmp_path / "zh_Hans", "a.po", 'msgid "Save"\nmsgstr "保存"\n')
    fragment(tmp_path / "zh_Hans", "b.po", 'msgid "Save"\nmsgstr "存盘"\n')
    with pytest.raises(build.BuildError, match=r"'Save' has two translations: in a\.po and in b\.po"):
        build.merged_catalog(tmp_path / "zh_Hans")
