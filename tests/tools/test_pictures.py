"""Every tool is pictured in both languages, and its guide shows both pictures."""

import pytest
from PIL import Image

from cp_circles.calc.tools import TOOLS
from tests.needs import ROOT

PICTURES = ROOT / "docs" / "screenshots" / "tools"
GUIDE = (ROOT / "docs" / "guides" / "tools.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("code", TOOLS)
def test_a_tool_is_pictured_in_the_guide(code, locale):
    with Image.open(PICTURES / f"{code}-{locale}.png") as picture:
        assert picture.width >= 400 and len(picture.getcolors(256)) >= 4
    assert f"../screenshots/tools/{code}-{locale}.png" in GUIDE


def test_no_picture_shows_a_tool_that_is_gone():
    codes = {path.stem.rsplit("-", 1)[0] for path in PICTURES.glob("*.png")}
    assert codes == set(TOOLS)
