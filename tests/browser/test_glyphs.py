"""Chinese is drawn by a real font, not as boxes."""

TEXT = "清洁生产小组平台课题节约量核实评审公示获奖证书"
SCRIPT = """text => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 40;
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const drawn = glyph => {
        pen.clearRect(0, 0, 40, 40);
        pen.font = "30px sans-serif";
        pen.fillText(glyph, 2, 32);
        return pen.getImageData(0, 0, 40, 40).data.join();
    };
    const box = drawn("\\u{10FFFD}"), nothing = drawn("\\u3000");
    return [...text].filter(glyph => [box, nothing].includes(drawn(glyph)));
}"""


def test_no_chinese_glyph_is_the_missing_glyph_box(browser):
    page = browser.new_page()
    page.set_content("<p>glyphs</p>")
    assert page.evaluate(SCRIPT, TEXT) == []
    assert page.evaluate(SCRIPT, "\U0010fffc") == ["\U0010fffc"]
    page.close()
