"""An edition that has landed never changes: databases hold it, and records are bound to it."""

import csv

from cp_circles.rulesets.loader import PACKS, shipped

LANDED = PACKS.parent / "landed.csv"


def test_every_shipped_edition_is_the_one_that_landed():
    with LANDED.open(encoding="utf-8", newline="") as stream:
        landed = {(row["kind"], row["key"], row["edition"]): row["sha256"] for row in csv.DictReader(stream)}
    now = {(each.kind, each.key, each.edition): each.sha256 for each in shipped()}
    assert set(landed) <= set(now), "an edition was taken away: records bound to it would have no rules"
    changed = [key for key in landed if landed[key] != now[key]]
    assert not changed, f"{changed} landed with another text: give the change an edition of its own"
    new = [",".join((*key, now[key])) for key in sorted(set(now) - set(landed))]
    assert not new, f"add to {LANDED.name}: {new}"
