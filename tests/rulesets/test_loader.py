"""What the loader refuses, and how it says so."""

from decimal import Decimal
from pathlib import Path

import pytest

from cp_circles.rulesets import text as exact
from cp_circles.rulesets.loader import PackError, load, read_folder, sha256_of, shipped
from cp_circles.rulesets.schema import Method, Rubric

RUBRIC = """kind: rubric
key: little
edition: "1"
names: {zh: 小表, en: Little sheet}
source: test
confidence: C
stage: paper
tracks: [innovation]
total: 10
criteria:
  - key: one
    names: {zh: 甲, en: One}
    points: 7.5
    step: 0.5
    checked: {zh: 看, en: Look}
    levels:
      - {key: good, names: {zh: 好, en: good}, at_least: 5.0, looks_like: {zh: 好, en: good}}
      - {key: poor, names: {zh: 差, en: poor}, at_least: 0, looks_like: {zh: 差, en: poor}}
  - key: two
    names: {zh: 乙, en: Two}
    points: 2.5
    step: 0.5
    checked: {zh: 看, en: Look}
    levels:
      - {key: good, names: {zh: 好, en: good}, at_least: 2, looks_like: {zh: 好, en: good}}
      - {key: poor, names: {zh: 差, en: poor}, at_least: 0, looks_like: {zh: 差, en: poor}}
"""
METHOD = """kind: method
key: little
edition: "1"
names: {zh: 小法, en: Little way}
source: test
confidence: C
track: problem_solving
phases:
  - {key: one, number: 1, names: {zh: 一, en: One}}
steps:
  - key: start
    number: "1"
    phase: one
    names: {zh: 始, en: Start}
    purpose: {zh: 始, en: Start}
    example: {zh: 始, en: Start}
    records:
      - kind: note
        names: {zh: 记, en: Note}
        fields:
          - {key: text, names: {zh: 文, en: Text}, type: text}
    gates:
      - {kind: min_rows, record: note, rows: 1}
"""


def refused(kind: str, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PackError) as caught:
        load(kind, text)
    assert all(problem.file == "(text)" and problem.message for problem in caught.value.problems)
    return [(one.line, one.place, one.message) for one in caught.value.problems]


def test_a_pack_is_read_with_its_digits() -> None:
    pack = load("rubric", RUBRIC)
    assert isinstance(pack, Rubric)
    assert str(pack.criteria[0].points) == "7.5"
    assert pack.criteria[0].level_for(Decimal("4.5")).key == "poor"
    assert pack.criteria[0].level_for(Decimal("5")).key == "good"
    assert pack.provisional


def test_numbers_never_pass_through_floats() -> None:
    values = exact.values(exact.compose("a: 0.1\nb: 12\nc: '0.10'\nd: 1e5\ne: no\nf: 2026-01-02\ng: 1:30"))
    assert values == {
        "a": Decimal("0.1"),
        "b": 12,
        "c": "0.10",
        "d": "1e5",
        "e": "no",
        "f": "2026-01-02",
        "g": "1:30",
    }
    assert str(values["a"]) == "0.1"


def test_a_pack_cannot_be_changed() -> None:
    pack = load("rubric", RUBRIC)
    with pytest.raises(ValueError, match="frozen"):
        pack.key = "other"  # type: ignore[misc]


def test_a_wrong_sum_is_named_with_the_remedy() -> None:
    with pytest.raises(PackError) as caught:
        load("rubric", RUBRIC.replace("total: 10", "total: 11"))
    [problem] = caught.value.problems
    assert problem.message == "The points add up to 10.0, not to the total 11; correct one of them."


def test_every_problem_is_listed_with_its_line() -> None:
    text = RUBRIC.replace("points: 7.5", "points: many").replace("confidence: C", "confidence: maybe")
    lines = [(line, place) for line, place, _ in refused("rubric", text)]
    assert lines == [(6, "confidence"), (13, "criteria[0].points")]


def test_an_unknown_field_is_refused() -> None:
    [(line, place, _)] = refused("rubric", RUBRIC.replace("stage: paper", "stage: paper\ncolour: red"))
    assert (line, place) == (8, "colour")


@pytest.mark.parametrize(
    ("change", "to", "line"),
    [
        ("total: 10", "total: [", 11),
        ("total: 10", "total: 10\ntotal: 10", 10),
        ("source: test", "source: &a test", 5),
        ("source: test", "source: !!str test", 5),
    ],
)
def test_unreadable_text_is_refused_with_its_line(change: str, to: str, line: int) -> None:
    [(found, _, _)] = refused("rubric", RUBRIC.replace(change, to))
    assert found == line


def test_empty_text_and_unknown_kind_and_wrong_kind_are_refused() -> None:
    assert refused("rubric", "")
    assert refused("recipe", RUBRIC)[0][1] == "kind"
    assert (1, "kind") in [(line, place) for line, place, _ in refused("method", RUBRIC)]


def test_a_list_where_a_pack_is_asked_for_is_refused() -> None:
    assert refused("rubric", "- a\n- b")
    assert refused("regions", "# - a\ncode,zh,en,level,parent,flag\n")


def test_an_unknown_kind_of_gate_is_refused() -> None:
    assert load("method", METHOD)
    [(line, place, message)] = refused(
        "method", METHOD.replace("{kind: min_rows, record: note, rows: 1}", "{kind: eval}")
    )
    assert line == 23 and place.startswith("steps[0].gates[0]") and "eval" in message


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ("record: note, rows", "record: nothing, rows", "no step has records of kind nothing"),
        ("phase: one\n", "phase: two\n", "no phase has the key two"),
        ("kind: min_rows, record: note, rows: 1", "kind: target_reached", "target_reached needs loop_to"),
        ("type: text", "type: choice", "A field of type choice lists its choices"),
        (
            "kind: min_rows, record: note, rows: 1",
            "kind: field_filled, record: note, field: x",
            "records of kind note have no field x",
        ),
    ],
)
def test_a_method_that_does_not_hang_together_is_refused(change: str, to: str, says: str) -> None:
    assert says in refused("method", METHOD.replace(change, to))[0][2]


def test_a_table_is_refused_by_row() -> None:
    head = (
        "# kind: regions\n# key: x\n# edition: '1'\n# names: {zh: 国, en: X}\n# source: t\n# confidence: C\n"
    )
    head += "# standard: s\n# attribution: a\n# currency: CNY\ncode,zh,en,level,parent,flag\n"
    assert load("regions", head + "XX,国,X,nation,,\nXA,省,A,province,XX,\n")
    [(line, _, _)] = refused("regions", head + "XX,国,X,nation,,\nXA,省,A,village,XX,\n")
    assert line == 12
    assert "stand above it" in refused("regions", head + "XX,国,X,nation,,\nXA,省,A,province,XY,\n")[0][2]
    assert refused("regions", head + "XX,国,X,nation,\n")[0][0] == 11
    assert refused("regions", head.replace("zh,en", "en,zh"))[0][0] == 10


def test_shipped_packs_are_hashed_over_their_text(tmp_path: Path) -> None:
    one = shipped()[0]
    assert one.sha256 == sha256_of(one.path.read_text(encoding="utf-8"))
    copy = tmp_path / one.path.name
    copy.write_text(one.text, encoding="utf-8")
    assert load(one.kind, copy) == one.pack


def test_a_shipped_pack_of_an_unknown_track_is_named_with_file_line_and_place(tmp_path: Path) -> None:
    for kind, text in (("rubric", RUBRIC), ("method", METHOD)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "little-1.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "track").mkdir()
    track = """kind: track
key: innovation
edition: "1"
names: {zh: 新, en: New}
source: test
confidence: C
describes: {zh: 新, en: New}
"""
    (tmp_path / "track" / "innovation-1.yaml").write_text(track, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_folder(tmp_path)
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.place) == ("little-1.yaml", 7, "track")
    assert "method little names the unknown track problem_solving" in problem.message
    renamed = METHOD.replace("track: problem_solving", "track: innovation")
    (tmp_path / "method" / "little-1.yaml").write_text(renamed, encoding="utf-8")
    assert [one.kind for one in read_folder(tmp_path)] == ["method", "rubric", "track"]


def test_a_method_enters_the_first_of_its_tracks_that_a_rule_knows() -> None:
    method = load("method", METHOD.replace("phases:", "otherwise: [quick_wins, innovation]\nphases:", 1))
    assert isinstance(method, Method)
    assert method.track_among(("innovation", "problem_solving")) == "problem_solving"
    assert method.track_among(("innovation", "quick_wins")) == "quick_wins"
    assert method.track_among(("other",)) is None
    [(_, _place, message)] = refused(
        "method", METHOD.replace("phases:", "otherwise: [problem_solving]\nphases:", 1)
    )
    assert "problem_solving stands more than once" in message


def test_a_company_rule_does_not_break_ties_by_a_stage_it_lacks() -> None:
    text = next(one.text for one in shipped() if one.path.name == "petroleum-2022.yaml")
    [(_, _, message)] = refused("round_rule", text.replace("[city, province, nation]", "[company]"))
    assert message.startswith("No round is below a company's: add the stage on_site")
