"""The look: every macro rendered strictly, then held against axe, narrow windows and the content policy."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages.pofile import read_po

from cp_circles.cli.build import FRAGMENTS, SOURCE, vendor_files
from cp_circles.web.security import POLICY
from tests.browser import style_sample
from tests.needs import ROOT

SHEETS = ("tokens", "base", "components", "charts", "desk", "pages", "narrow", "print")
STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
VIEWS = [
    ("zh_Hans", "light", 1280),
    ("zh_Hans", "light", 360),
    ("en", "dark", 1280),
    ("en", "dark", 360),
    ("en", "light", 768),
]
TOO_WIDE = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e =>
  !e.closest('svg, .vh, details:not([open])') && e.getBoundingClientRect().width > 0 &&
  e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
A4_WIDE = 703  # pixels of 210 mm less the margins of print.css
UNFRAMED = """() => [...document.querySelectorAll('.sheet > .cell:not(:first-child)')].filter(e => {
  const style = getComputedStyle(e);
  return style.borderTopWidth === '0px' || style.backgroundColor !== 'rgba(0, 0, 0, 0)'; }).map(e => e.outerHTML.slice(0, 120))"""
TOO_SMALL = """() => [...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')].filter(e => {
  const box = (e.closest('label') || e).getBoundingClientRect();
  return box.width && !e.closest('.vh, details:not([open]) > :not(summary)') && !e.matches('.vh, .skip')
    && Math.round(Math.min(box.width, box.height)) < 43; }).map(e => e.outerHTML.slice(0, 120))"""


def templates(locale: str) -> jinja2.Environment:
    """The templates as the application sets them up, without the application."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = _words() if locale == "zh_Hans" else {}

    def translated(text: str) -> str:
        return words.get(str(text), str(text))

    environment.install_gettext_callables(translated, lambda one, many, n: one, newstyle=True)
    environment.globals["asset"] = lambda name: f"/static/{name}"
    return environment


def _words() -> dict[str, str]:
    with (FRAGMENTS / "zh_Hans" / "layout.po").open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small server with the style page and the error pages, under the real policy."""
    folder = tmp_path_factory.mktemp("style")
    for locale, theme, _width in VIEWS:
        environment = templates(locale)
        frame = {"locale": locale, "theme": theme}
        style = environment.get_template("layout/style.html").render(**frame, **style_sample.context())
        (folder / f"style-{locale}-{theme}.html").write_text(style, encoding="utf-8")
        error = environment.get_template("error.html").render(**frame, status=404, reference="8F3A21C0")
        (folder / f"error-{locale}-{theme}.html").write_text(error, encoding="utf-8")
    (folder / "sw.js").write_text("", encoding="utf-8")
    _copy_static(folder / "static")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def _copy_static(target: Path) -> None:
    sources = [
        (path.relative_to(SOURCE).as_posix(), path.read_bytes())
        for path in SOURCE.rglob("*")
        if path.is_file()
    ]
    for name, content in [*sources, *vendor_files()]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)


@pytest.fixture
def opened(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page in the window of the test's width; a fault in the console fails the test."""
    width = getattr(request, "param", 1280)
    context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
    yield page
    context.close()
    assert faults == []


def is_fault(line: Any) -> bool:
    """Whether a console line is an error of the page and not a refused connection of the test's own."""
    return line.type == "error" and "ERR_FAILED" not in line.text


@pytest.mark.parametrize("name", ["style", "error"])
@pytest.mark.parametrize(("locale", "theme", "opened"), VIEWS, indirect=["opened"])
def test_page_is_accessible_and_fits(site: str, opened: Any, name: str, locale: str, theme: str) -> None:
    opened.goto(f"{site}/{name}-{locale}-{theme}.html", wait_until="networkidle")
    if name == "style":
        for number in (0, 1):
            place = opened.locator("[data-chart]").nth(number)
            place.scroll_into_view_if_needed()
            opened.wait_for_selector(f"[data-state=drawn] >> nth={number}")
    violations = Axe().run(opened).response["violations"]

    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.evaluate(TOO_WIDE) == []
    if opened.viewport_size["width"] == 360:
        assert opened.evaluate(TOO_SMALL) == []
    if opened.viewport_size["width"] == 768:
        opened.emulate_media(media="print")
        opened.set_viewport_size({"width": A4_WIDE, "height": 900})
        assert opened.evaluate(TOO_WIDE) == []
        assert opened.evaluate(UNFRAMED) == []


@pytest.mark.parametrize("opened", [1280], indirect=True)
def test_chart_follows_the_theme_and_is_saved_with_its_title(site: str, opened: Any, tmp_path: Path) -> None:
    opened.goto(f"{site}/style-zh_Hans-light.html", wait_until="networkidle")
    opened.locator("[data-chart]").first.scroll_into_view_if_needed()
    opened.wait_for_selector("[data-state=drawn]")
    line = "document.querySelectorAll('.js-line')[2].style.stroke"
    assert opened.evaluate(line) == "rgb(14, 91, 61)"

    opened.route("**/theme", lambda route: route.fulfill(status=303, headers={"Location": "/"}))
    opened.click("[data-theme-form] button")
    opened.wait_for_function(f"{line} === 'rgb(116, 201, 160)'")

    with opened.expect_download() as svg:
        opened.click("[data-chart-save=svg]")
    svg.value.save_as(tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "每月用电，对照按产量校正的基准" in text
    assert "示例企业A · 示例小组 07" in text

    with opened.expect_download() as png:
        opened.click("[data-chart-save=png]")
    png.value.save_as(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("opened", [360], indirect=True)
def test_before_the_bundle_arrives_a_chart_shows_its_figures_in_the_same_room(site: str, opened: Any) -> None:
    held: list[Any] = []
    opened.route("**/plotly.min.js", lambda route: held.append(route))
    opened.goto(f"{site}/style-zh_Hans-light.html")
    box = opened.locator(".chart__box").first
    box.scroll_into_view_if_needed()
    opened.wait_for_selector("script[src*=plotly]", state="attached")
    assert opened.is_visible("[data-chart-first] td >> nth=0")
    room = box.bounding_box()

    held[0].continue_()
    opened.wait_for_selector("[data-state=drawn] >> nth=0")
    assert box.bounding_box() == room
    assert not opened.is_visible("[data-chart-first] >> nth=0")


def test_judge_scores_by_keyboard_and_sees_the_total(site: str, opened: Any) -> None:
    opened.goto(f"{site}/style-zh_Hans-light.html", wait_until="networkidle")
    opened.route("**/style-zh_Hans-light.html", lambda route: route.fulfill(status=200, body="{}"))
    assert opened.inner_text("[data-total-sum]") == "38.5"
    assert opened.get_attribute("[data-submit]", "aria-disabled") == "true"

    opened.focus("#score-1")
    opened.keyboard.press("ArrowDown")
    assert opened.evaluate("document.activeElement.id") == "score-2"
    opened.keyboard.type("28")
    assert opened.is_checked("[data-level][value='27']")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.type("18")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.type("7.5")

    assert opened.inner_text("[data-total-sum]") == "67.0"
    assert opened.inner_text("[data-total-of]") == "75"
    assert opened.get_attribute("[data-submit]", "aria-disabled") is None
    assert opened.inner_text("[data-missing]") == ""


def test_draft_is_saved_as_typed_and_says_when_it_is_not(site: str, opened: Any) -> None:
    sent: list[str] = []

    def answer(route: Any) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.abort()
        else:
            route.fulfill(status=200, content_type="application/json", body='{"saved_at": "14:40:01"}')

    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto(f"{site}/style-zh_Hans-light.html", wait_until="networkidle")
    opened.evaluate("document.querySelector('#sheet').dataset.autosaveUrl = '/save'")
    opened.route("**/save", answer)
    opened.focus("#score-2")
    opened.fill("#comment-2", "依据充分。")
    opened.wait_for_selector("[data-autosave-state][data-state=offline]")
    opened.evaluate("window.dispatchEvent(new Event('online'))")
    opened.wait_for_selector("[data-autosave-state][data-state=saved]")

    assert opened.inner_text("[data-autosave-text]") == "已保存 14:40:01"
    assert "依据充分。" in sent[1]


def test_without_scripts_the_figures_of_a_chart_stand_in_a_table(site: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/style-zh_Hans-light.html")
    assert page.is_visible("noscript .table--data")
    assert not page.is_visible("[data-chart]")
    assert page.is_visible("#photo")
    context.close()


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize("status", STATUSES)
def test_error_page_renders_without_any_context(locale: str, status: int) -> None:
    page = templates(locale).get_template("error.html").render(status=status)
    assert f"<span>{status}</span>" in page
    assert 'href="/"' in page


def test_nothing_in_the_frame_is_styled_or_scripted_inline() -> None:
    page = templates("en").get_template("layout/style.html").render(**style_sample.context())
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page


def test_both_dark_palettes_are_equal() -> None:
    text = (SOURCE / "css" / "tokens.css").read_text(encoding="utf-8")
    blocks = [part.split("}")[0].split() for part in text.split("color-scheme: dark;")[1:]]
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]
