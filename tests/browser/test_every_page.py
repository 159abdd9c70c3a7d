"""Every page in Chinese, light, on a phone, and (in make prove) in English, dark, on a desk: axe, width, glyphs."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.sessions import SecureCookieSessionInterface

from tests.browser.test_glyphs import SCRIPT as BOXES
from tests.house.cells import CELLS
from tests.house.stage import Stage, address_of
from tests.web_fixtures import CSRF, Live, serve

pytestmark = pytest.mark.slow
VIEWS = {"phone": ("zh_Hans", "light", 360), "desk": ("en", "dark", 1280)}
IN_TURN = ["phone", pytest.param("desk", marks=pytest.mark.prove)]
FILES = (
    *("chart", "csv", "image", "photo", "download", "export", "file", "evidence", "qr_code", "health"),
    *("preview_template", "staff_template", "verifier", "print_certificates", "scan", "current_talk"),
)
TOO_WIDE = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
  const box = e.getBoundingClientRect();
  const scrolls = e.closest('.table-wrap, pre, svg, .vh, .js-plotly-plot, .tabs--many, details:not([open])');
  return !scrolls && box.width > 0 && box.right > innerWidth + 1; }).map(e => e.outerHTML.slice(0, 140))"""

OPEN = "() => document.querySelectorAll('main details').forEach(panel => { panel.open = true; })"
WITHOUT_FRAME = {"exclude": [["header.top"], ["footer.foot"]]}

ROOMS = sorted({name.split(".")[0] for name in CELLS})


def pages(stage: Stage, room: str) -> list[str]:
    """The endpoints of a room that answer with a page to somebody."""
    return [
        name
        for name, cell in sorted(CELLS.items())
        if name.startswith(f"{room}.")
        and cell.may
        and not cell.days
        and address_of(stage.app, name)[1] == "GET"
        and not any(word in name.split(".")[1] for word in FILES)
    ]


@pytest.fixture(scope="module")
def lit(stage: Stage) -> Iterator[tuple[Stage, Live]]:
    """The stage of the access table behind gunicorn."""
    with serve(f"sqlite:///{stage.file}", stage.file.parent) as live:
        yield stage, live


@pytest.fixture(scope="module", params=IN_TURN)
def window(request: pytest.FixtureRequest, browser: Any) -> Iterator[tuple[Any, str, str, list[str]]]:
    """A window in a language, a theme and a width, with what its console complains of."""
    locale, theme, width = VIEWS[request.param]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    context.set_default_timeout(15_000)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield page, locale, theme, faults
    context.close()


def signed_in(stage: Stage, live: Live, page: Any, name: str, locale: str, theme: str) -> None:
    """Be somebody of side A, in a language and a theme."""
    content = {"csrf": CSRF, "locale": locale, "theme": theme}
    if name != "visitor":
        content |= {"_user_id": stage.world.tokens["A", name], "_fresh": True}
    signer = SecureCookieSessionInterface().get_signing_serializer(stage.app)
    value = signer.dumps(content)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "cp_session", "value": value, "url": live.url}])


@pytest.mark.parametrize("room", ROOMS)
def test_the_pages_of_a_room_are_clean(lit, window, room):
    (stage, live), (page, locale, theme, console), faults = lit, window, []
    for number, endpoint in enumerate(pages(stage, room)):
        cell = CELLS[endpoint]
        with stage.app.test_request_context():
            path = stage.app.url_for(endpoint, **stage.values[endpoint, "A"] | cell.query)
        reader = next((name for name in cell.may if name not in {"member", "nobody"}), cell.may[0])
        signed_in(stage, live, page, reader, locale, theme)
        console.clear()
        answer = page.goto(live.url + path)
        if answer.status != 200:
            faults.append((endpoint, reader, answer.status))
        elif "text/html" in answer.headers["content-type"]:
            faults += [(endpoint, reader, fault) for fault in faults_of(page, framed=number == 0)]
        faults += [(endpoint, reader, line) for line in console]
    assert not faults, "\n".join(map(str, faults))


def faults_of(page: Any, *, framed: bool = True) -> list[Any]:
    """What axe finds, what sticks out, and which Chinese characters have no glyph; panels are opened first.

    The frame is the same around all pages of a room: axe looks at it with the first of them only.
    """
    page.evaluate(OPEN)
    found: list[Any] = list(page.evaluate(TOO_WIDE))
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("the page scrolls sideways")
    context = None if framed else WITHOUT_FRAME
    violations = Axe().run(page, context=context).response["violations"]
    found += [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in violations]
    text = page.evaluate(
        "[...new Set(document.body.innerText)].filter(c => /\\p{Script=Han}/u.test(c)).join('')"
    )
    return found + page.evaluate(BOXES, text)


def test_a_fault_is_found(lit, window):
    page = window[0]
    page.set_content("<main><img src='x'><p style='width:3000px'>\ue123</p></main>")
    assert len(faults_of(page)) >= 2
