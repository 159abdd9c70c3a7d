"""The picture of every tool of the workbench, in both languages, from a demo that is served."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from cp_circles.calc.tools import TOOLS, fields_of
from cp_circles.demo.world import PASSWORD
from tests.charts.tools.examples import EXAMPLES
from tests.tools.test_pages import sent

TARGET = Path(__file__).resolve().parents[1] / "docs" / "screenshots" / "tools"
LARGEST = 40_000
PHOTOS = "photos"
SETTLED = """() => [...document.querySelectorAll('main [data-chart], main .pairs img')]
  .every(one => one.dataset.state === 'drawn' || one.naturalWidth ||
    one.getBoundingClientRect().top > innerHeight)"""
LEADER = "leader02.jsa@demo.example"


def take_tools(browser: Any, address: str) -> list[Path]:
    """Keep a sheet of every tool as the leader of a circle would, and picture its answer and figure."""
    taken: list[Path] = []
    TARGET.mkdir(parents=True, exist_ok=True)
    for locale, tag in (("zh", "zh-CN"), ("en", "en-US")):
        context = browser.new_context(
            base_url=address, locale=tag, viewport={"width": 1360, "height": 900}, service_workers="block"
        )
        page = context.new_page()
        enter(page, locale)
        for code in TOOLS:
            sheet = kept_photos(page) if code == PHOTOS else keep(page, workbench(page), code)
            page.goto(sheet, wait_until="networkidle")
            file = TARGET / f"{code}-{locale}.png"
            shown = "figure.pairs" if code == PHOTOS else "[data-chart]"
            page.locator(f"main {shown}").first.scroll_into_view_if_needed()
            page.wait_for_function(SETTLED, timeout=15_000)
            picture = page.locator(f"main section:has({shown})").first.screenshot(animations="disabled")
            file.write_bytes(small(picture))
            taken.append(file)
        context.close()
    return taken


def enter(page: Any, locale: str) -> None:
    """Sign in as the leader, in a language."""
    page.goto("/sign-in")
    page.fill("[name=identifier]", LEADER)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) [type=submit]")
    page.wait_for_url("**/home")
    if not page.locator("html").get_attribute("lang").startswith(locale):
        page.click("form[action*='/language'] button")
        page.wait_for_load_state()


def projects_of(page: Any) -> list[str]:
    """The numbers of the projects in the reader's list."""
    page.goto("/projects")
    links = page.locator("main a[href^='/projects/']:not([href$='/new'])").evaluate_all(
        "all => all.map(one => one.getAttribute('href').split('/')[2])"
    )
    return list(dict.fromkeys(links))


def workbench(page: Any) -> str:
    """The address of the workbench of a project under way, which offers new sheets."""
    for number in projects_of(page):
        bench = f"/tools/project/{number}"
        page.goto(bench)
        if page.locator(f"main a[href*='{bench}/new/']").count():
            return bench
    raise RuntimeError("the demo has no project under way")


def kept_photos(page: Any) -> str:
    """The address of a pair of photos that the demo keeps: it hangs on the evidence of its own project."""
    for number in projects_of(page):
        page.goto(f"/tools/project/{number}")
        for sheet in page.locator("main .toolgrid h2 a").evaluate_all("all => all.map(one => one.href)"):
            page.goto(sheet)
            if page.locator("figure.pairs").count():
                return str(sheet)
    raise RuntimeError("the demo keeps no pair of photos")


def keep(page: Any, bench: str, code: str) -> str:
    """Send the form of a tool filled with its example; answers the address of the sheet."""
    page.goto(f"{bench}/new/{code}")
    title = page.input_value("#tool-form [name=title]")
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    typed = {"title": title, "step_key": "", "act": "save", "csrf_token": token}
    answer = page.request.post(
        f"{bench}/new/{code}", form=typed | sent(EXAMPLES[code], fields_of(TOOLS[code].inputs))
    )
    if not answer.ok:
        raise RuntimeError(f"{code}: {answer.status} {answer.status_text}")
    return str(answer.url)


def small(png: bytes) -> bytes:
    """The picture at no more than 720 pixels wide, with few enough colours to stay under the limit."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((720, 900))
    for colours in (64, 32, 16, 8):
        stream = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        if stream.tell() <= LARGEST:
            break
    return stream.getvalue()
