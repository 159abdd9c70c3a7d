"""Each entry's line of a standing as stored text: every figure of its working, and why it was decided so."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.promotion import WHYS, Decisions
from cp_circles.calc.standing import ABSENT, HIGH, KEPT, LOW, Numbers, RoundRule, Standing, decimals_of, whole
from cp_circles.db.base import POINTS
from cp_circles.judging.facts import RECUSED, SUBMITTED, EntryFact, Sheets, positions, shown

STATE_WORDS = {SUBMITTED: "valid", RECUSED: "recused"}
DROPPED_WORDS = {KEPT: "", HIGH: "high", LOW: "low"}
MOST_NAMED = 50


@lru_cache(maxsize=100_000)
def plain_text(value: int, places: int) -> str | None:
    """A whole number of 10**-places as plain digits without trailing zeros; None for ABSENT."""
    return None if value == ABSENT else shown(Decimal(value).scaleb(-places))


@lru_cache(maxsize=100_000)
def full_text(value: int, places: int) -> str | None:
    """A whole number of 10**-places with all its decimals; None for ABSENT."""
    return None if value == ABSENT else f"{Decimal(value).scaleb(-places):f}"


class Written:
    """A standing as text, entry by entry: enough to redo each line by hand.

    Of those with the same total or place at most MOST_NAMED others are named.
    """

    def __init__(
        self, sheets: Sheets, entries: Sequence[EntryFact], found: Standing, carried: Sequence[str]
    ) -> None:
        self.sheets, self.entries, self.found = sheets, entries, found
        self.given = [(n, part) for n, part in enumerate(found.stages) if part.stage not in carried]
        self.brought = [part for part in found.stages if part.stage in carried]
        self.places = decimals_of([part.weight for part in found.stages])
        self.weights = [whole(part.weight, self.places) for part in found.stages]
        self.heads = [_head(part.stage, found.rule) for part in found.stages]
        self.scaled, self.dropped = self._by_sheet()
        self.order, self.first = self._grouped()
        self.columns = [column.tolist() for column in (sheets.judge, sheets.state, sheets.total)]
        rule = found.rule
        self.shared = {
            "decimals": rule.decimals,
            "trim": {"from": rule.trim_min_n, "high": rule.trim_high, "low": rule.trim_low},
            "tie_order": list(rule.tie_order),
        }

    def working_of(self, n: int) -> dict[str, Any]:
        """Every figure of the entry at a position, in the order in which it is used."""
        found, decimals = self.found, self.found.rule.decimals
        return self.shared | {
            "stages": [self._stage(n, number) for number, _part in self.given],
            "carried": [
                {"stage": part.stage, "mean": plain_text(int(part.mean[n]), decimals)}
                for part in self.brought
            ],
            "total": plain_text(int(found.total[n]), decimals),
            "place": int(found.place[n]) or None,
            "passed": bool(found.passed[n]),
            "tied": self._named(n, found.equal[n]),
            "shared": self._named(n, found.shared[n]),
            "tie_steps": [
                {"key": tie.key, "value": plain_text(int(tie.value[n]), tie.places)}
                for tie in found.ties
                if tie.told[n]
            ],
        }

    def _stage(self, n: int, number: int) -> dict[str, Any]:
        part, decimals = self.found.stages[number], self.found.rule.decimals
        begin, end = self.first[n * len(self.heads) + number : n * len(self.heads) + number + 2]
        mean = int(part.mean[n])
        weighted = ABSENT if mean == ABSENT else mean * self.weights[number]
        means = ((key, full_text(int(column[n]), decimals)) for key, column in part.criteria.items())
        return self.heads[number] | {
            "scores": [self._score(row) for row in self.order[begin:end]],
            "valid_count": int(part.valid[n]),
            "used_count": int(part.used[n]),
            "sum": plain_text(int(part.sums[n]), self.found.unit),
            "mean": full_text(mean, decimals),
            "untrimmed_mean": full_text(int(part.untrimmed[n]), decimals),
            "weighted": plain_text(weighted, decimals + self.places),
            "criterion_means": {key: text for key, text in means if text is not None},
        }

    def _score(self, row: int) -> dict[str, Any]:
        judge, state, total = (column[row] for column in self.columns)
        scaled, dropped = self.scaled[row], self.dropped[row]
        return {
            "judge": judge,
            "criteria": self.sheets.points_at(row),
            "raw": plain_text(total, POINTS) if state == SUBMITTED else None,
            "scaled": plain_text(scaled, self.found.unit),
            "state": STATE_WORDS.get(state, "abstained"),
            "used": scaled != ABSENT and dropped == KEPT,
            "dropped": DROPPED_WORDS[dropped],
        }

    def _by_sheet(self) -> tuple[list[int], list[int]]:
        """Scaled points and what was dropped, by row of the sheets."""
        scores, size = self.found.scores, len(self.sheets)
        scaled, dropped = np.full(size, ABSENT, dtype=np.int64), np.zeros(size, dtype=np.int8)
        of_sheets = scores.source < size
        scaled[scores.source[of_sheets]] = self.found.scaled[of_sheets]
        dropped[scores.source[of_sheets]] = self.found.dropped[of_sheets]
        return scaled.tolist(), dropped.tolist()

    def _grouped(self) -> tuple[list[int], list[int]]:
        """The rows of the sheets by entry, stage and judge, and where the stages of each entry begin."""
        names = [part.stage for part in self.found.stages]
        here = np.array(
            [names.index(stage) if stage in names else -1 for stage in self.sheets.stages] or [-1]
        )
        stage = here[self.sheets.stage]
        group = positions(self.entries, self.sheets.entry) * len(names) + stage
        order = np.lexsort((self.sheets.judge, group))
        order = order[stage[order] >= 0]
        first = np.searchsorted(group[order], np.arange(len(self.entries) * len(names) + 1))
        return order.tolist(), first.tolist()

    def _named(self, n: int, run: Numbers) -> list[int]:
        begin, end = run.tolist()
        if end - begin < 2:
            return []
        others = self.found.order[begin : min(end, begin + MOST_NAMED + 1)].tolist()
        return [self.entries[one].number for one in others if one != n][:MOST_NAMED]


def why_text(decisions: Decisions, n: int, total: int, rule: RoundRule, quota: int) -> dict[str, Any]:
    """The reason of a decision as stored text and values; points carry the rule's decimals."""
    number, place = int(decisions.reserve[n]) or None, int(decisions.place[n]) or None
    cut = full_text(decisions.cut, rule.decimals)
    values = {
        "place": None if place is None else str(place),
        "quota": str(quota),
        "cut": cut,
        "total": full_text(total, rule.decimals),
        "pass_mark": None if rule.pass_mark is None else fixed(rule.pass_mark, rule.decimals),
        "number": None if number is None else str(number),
    }
    return {
        "msgid": WHYS[decisions.why[n]],
        "values": values,
        "quota": quota,
        "cut": cut,
        "reserve": number,
    }


@lru_cache(maxsize=1_000)
def fixed(value: str | Decimal | None, places: int) -> str:
    """A stored figure with a fixed number of decimals, for columns that are read downwards."""
    return "" if value is None else f"{round_half_up(to_fraction(Decimal(value)), places):f}"


def _head(stage: str, rule: RoundRule) -> dict[str, Any]:
    weight = rule.stage_weights[stage]
    return {
        "stage": stage,
        "weight": shown(weight),
        "percent": shown(weight * 100),
        "scale": shown(rule.scale_by_stage.get(stage, Decimal(1))),
    }
