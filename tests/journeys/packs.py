"""A third track, a fifth method, a rubric of its own, and a round rule that judges by it: YAML for this test."""

TRACK = """
kind: track
key: quick_wins
edition: "test"
names: {zh: 快改快成型, en: Quick wins}
source: written for a test
confidence: C
describes: {zh: 当场看到、当场改好的课题。, en: What is seen and mended on the spot.}
"""
METHOD = """
kind: method
key: quick_turn
edition: "test"
names: {zh: 快速改善型, en: Quick turn}
source: written for a test
confidence: C
track: quick_wins
otherwise: [innovation]
phases:
  - {key: see, number: 1, names: {zh: 看, en: See}}
  - {key: fix, number: 2, names: {zh: 改, en: Fix}}
steps:
  - key: look
    number: "1"
    phase: see
    names: {zh: 到现场看, en: Go and look}
    purpose: {zh: 说明看到了什么。, en: Say what was seen.}
    example: {zh: 三号空压机整夜空转。, en: Compressor 3 idles all night.}
    required: true
    signoff: false
    evidence_min: 1
    records:
      - kind: sighting
        names: {zh: 所见, en: Sighting}
        min_rows: 2
        fields:
          - {key: what, names: {zh: 内容, en: What}, type: text}
          - {key: seen_on, names: {zh: 日期, en: Seen on}, type: date}
          - {key: loss, names: {zh: 损失, en: Loss}, type: number, unit: kWh}
    gates:
      - {kind: activity_logged, activities: 1, source: written for a test, confidence: C}
  - key: turn
    number: "2"
    phase: fix
    names: {zh: 当场改, en: Turn it}
    purpose: {zh: 说明改了什么。, en: Say what was changed.}
    example: {zh: 加装定时器。, en: A timer was fitted.}
    required: true
    signoff: true
    evidence_min: 0
    records:
      - kind: change
        names: {zh: 改动, en: Change}
        min_rows: 1
        fields:
          - {key: what, names: {zh: 内容, en: What}, type: long_text}
          - {key: lasting, names: {zh: 是否固化, en: Made to last}, type: yes_no}
    gates: []
"""
RUBRIC = """
kind: rubric
key: quick_sheet
edition: "test"
names: {zh: 快速改善评分表, en: Quick sheet}
source: written for a test
confidence: C
stage: paper
tracks: [quick_wins]
total: 100
criteria:
  - key: seen
    names: {zh: 看得准, en: Well seen}
    points: 40
    step: 0.5
    checked: {zh: 所见属实。, en: The sighting is true.}
    levels:
      - {key: good, names: {zh: 好, en: good}, at_least: 30, looks_like: {zh: 有数据。, en: With figures.}}
      - {key: poor, names: {zh: 差, en: poor}, at_least: 0, looks_like: {zh: 无数据。, en: Without figures.}}
  - key: turned
    names: {zh: 改得好, en: Well turned}
    points: 60
    step: 0.5
    checked: {zh: 改动有效。, en: The change works.}
    levels:
      - {key: good, names: {zh: 好, en: good}, at_least: 40, looks_like: {zh: 有效。, en: It works.}}
      - {key: poor, names: {zh: 差, en: poor}, at_least: 0, looks_like: {zh: 无效。, en: It does not.}}
"""


def round_rule(shipped: str) -> str:
    """The text of a shipped blind paper rule, made to judge by the new rubric at every level."""
    lines, skipping = [], False
    for line in shipped.splitlines():
        if line.startswith("key: "):
            line = "key: quick_rule"
        elif line.startswith("edition: "):
            line = 'edition: "test"'
        elif line.startswith("levels: "):
            line = "levels: [company, county, city, province, nation]"
        elif line.lstrip().startswith("rubrics: "):
            line = "    rubrics: [{track: quick_wins, rubric: quick_sheet}]"
        if line.startswith("tie_order:"):
            lines += [
                "tie_order:",
                "  - {by: criterion_mean, criteria: [turned]}",
                "  - {by: untrimmed_mean}",
            ]
            skipping = True
        elif skipping and not line.startswith(" "):
            skipping = False
        if not skipping:
            lines.append(line)
    return "\n".join(lines) + "\n"
