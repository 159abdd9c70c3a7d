"""Each signal fires on its pattern and stays silent on honest work."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from PIL import Image, ImageDraw

from cp_circles.calc import honesty
from cp_circles.guidance.services import difference_hash

AT = datetime(2026, 5, 1, 8, tzinfo=UTC)


def confirmation(cause: str, **facts) -> honesty.Confirmation:
    values = {
        "person": "甲",
        "on": date(2026, 5, 1),
        "written_at": AT,
        "ground": "实测下降 12 %",
        "is_main": True,
    } | facts
    return honesty.Confirmation(cause=cause, **values)


def test_dates_outside():
    records = [honesty.Dated("例会", date(2026, 1, 1)), honesty.Dated("复查", date(2026, 9, 1))]
    seen = honesty.dated_outside(records, date(2026, 2, 1), date(2026, 8, 1))
    assert [values["on"] for _, values in seen] == [date(2026, 1, 1), date(2026, 9, 1)]
    assert honesty.dated_outside(records, date(2026, 1, 1), date(2026, 9, 1)) == []
    assert honesty.dated_outside(records, None, None) == []


def test_all_causes_in_one_sitting():
    rows = [confirmation(name) for name in "abc"]
    assert honesty.confirmed_at_once(rows)[0][1] == {"count": 3, "on": date(2026, 5, 1)}
    undated = [confirmation(name, on=None) for name in "abc"]
    assert honesty.confirmed_at_once(undated)
    spread = [confirmation(name, on=date(2026, 5, day)) for day, name in enumerate("abc", start=1)]
    assert honesty.confirmed_at_once(spread) == []
    assert honesty.confirmed_at_once(rows[:2]) == []
    slow = [confirmation(name, on=None, written_at=AT + timedelta(hours=n)) for n, name in enumerate("abc")]
    assert honesty.confirmed_at_once(slow) == []


def test_all_causes_by_one_person():
    rows = [confirmation(name) for name in "abc"]
    assert honesty.confirmed_by_one(rows)[0][1] == {"count": 3, "person": "甲"}
    assert honesty.confirmed_by_one([*rows, confirmation("d", person="乙")]) == []
    assert honesty.confirmed_by_one([confirmation(name, person="") for name in "abc"]) == []


def test_main_causes_by_vote():
    voted = confirmation("老化", ground="全体举手表决为要因")
    assert [values["cause"] for _, values in honesty.main_causes_by_vote([voted])] == ["老化"]
    measured = confirmation("老化", ground="投票后实测 3 次，偏差 0.4 mm")
    assert honesty.main_causes_by_vote([measured]) == []
    assert honesty.main_causes_by_vote([confirmation("b", ground="投票", is_main=False)]) == []


def test_target_after_result():
    assert honesty.target_after_result(AT + timedelta(days=1), AT)
    assert honesty.target_after_result(AT, AT + timedelta(days=1)) == []
    assert honesty.target_after_result(None, AT) == []


def test_target_met_exactly():
    exact = honesty.Goal("电耗", Decimal("110.0"), Decimal("110"))
    assert len(honesty.target_met_exactly([exact])) == 1
    near = honesty.Goal("电耗", Decimal(110), Decimal("109.99"))
    assert honesty.target_met_exactly([near, honesty.Goal("水", None, None)]) == []


def test_effect_shorter_than_status():
    assert honesty.effect_shorter([honesty.Effect("ELEC", 365, 90)])[0][1]["effect"] == 90
    assert honesty.effect_shorter([honesty.Effect("ELEC", 90, 90), honesty.Effect("W", 365, 0)]) == []


def test_other_indicator():
    assert honesty.other_indicator({"ELEC"}, {"WATER"})[0][1] == {"effect": "WATER", "goals": "ELEC"}
    assert honesty.other_indicator({"ELEC"}, {"ELEC"}) == []
    assert honesty.other_indicator(set(), {"ELEC"}) == []


def test_everybody_always_there():
    assert honesty.everybody_always_there([(5, 5)] * 4)[0][1] == {"count": 4}
    assert honesty.everybody_always_there([(5, 5)] * 3) == []
    assert honesty.everybody_always_there([(5, 5)] * 4 + [(4, 5)]) == []


def picture(sha: str, project: int, print_: str = "") -> honesty.Picture:
    return honesty.Picture(sha, print_, f"{sha}.png", project, f"课题{project}")


def test_reused_files():
    own = [picture("a", 1, "00000000000000ff")]
    assert len(honesty.reused_files(own, [picture("a", 2)])) == 1
    near = honesty.reused_files(own, [picture("b", 2, "00000000000000fe")])
    assert near[0][1]["bits"] == 1
    assert honesty.reused_files(own, [picture("b", 2, "ffffffffffffffff"), picture("c", 2)]) == []
    assert honesty.reused_files(own, [picture("a", 1)]) == []


def drawn(size: int, mirrored: bool = False) -> Image.Image:
    """A pattern of dark and light fields, at any size."""
    image = Image.new("L", (size, size), "white")
    pen = ImageDraw.Draw(image)
    for step in range(9):
        left = step * size // 9
        shade = (step * 67 + 40) % 256
        pen.rectangle((left, 0, left + size // 9, size), fill=255 - shade if mirrored else shade)
    return image


def test_a_resized_picture_has_nearly_the_same_print_and_another_has_not():
    one, smaller = difference_hash(drawn(720)), difference_hash(drawn(180))
    assert one
    assert honesty.bits_apart(one, smaller) <= honesty.NEAR_BITS
    assert honesty.bits_apart(one, difference_hash(drawn(720, mirrored=True))) > honesty.NEAR_BITS
    assert difference_hash(Image.new("L", (90, 90), "white")) == ""
