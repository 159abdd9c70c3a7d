"""Each entry's line of a standing as stored text: every figure of its working, and why it was decided so."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.calc.promotion import WHYS, Decisions
from cp_circles.calc.standing import ABSENT, HIGH, KEPT, LOW, Numbers, RoundRule, Standing, decimals_of, whole
from cp_circles.db.base import POINTS
from cp_circles.judging.figures import shown
from cp_circles.standings.facts import RECUSED, SUBMITTED, EntryFact, Sheets, encoded, positions

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


@lru_cache(maxsize=100_000)
def plain_json(value: int, places: int) -> str:
    """The same as `plain_text` in JSON."""
    return encoded(plain_text(value, places))


@lru_cache(maxsize=100_000)
def full_json(value: int, places: int) -> str:
    """The same as `full_text` in JSON."""
    return encoded(full_text(value, places))


class Written:
    """A standing as text, entry by entry: enough to redo each line by hand.

    Lines are written as JSON from whole columns, a portion of entries at a time: a nation's list has 700,000
    scores. Of those with the same total or place at most MOST_NAMED others are named.
    """

    def __init__(
        self, sheets: Sheets, entries: Sequence[EntryFact], found: Standing, carried: Sequence[str]
    ) -> None:
        self.sheets, self.entries, self.found = sheets, entries, found
        self.given = [n for n, part in enumerate(found.stages) if part.stage not in carried]
        self.brought = [part for part in found.stages if part.stage in carried]
        self.places = decimals_of([part.weight for part in found.stages])
        self.scaled, self.dropped = self._by_sheet()
        self.order, self.first = self._grouped()
        self.equal, self.shared = found.equal.tolist(), found.shared.tolist()
        rule = found.rule
        self.heads = [encoded(_head(part.stage, rule))[:-1] for part in found.stages]
        shared = {
            "decimals": rule.decimals,
            "trim": {"from": rule.trim_min_n, "high": rule.trim_high, "low": rule.trim_low},
            "tie_order": list(rule.tie_order),
        }
        self.head = encoded(shared)[:-1]

    def workings(self, chosen: Numbers, beside: Sequence[Mapping[str, Any]]) -> list[str]:
        """The working of the entries at some positions as JSON: every figure, and what stands `beside`."""
        stages = zip(*(self._stages(number, chosen) for number in self.given), strict=True)
        parts = [",".join(one) for one in stages] if self.given else [""] * len(chosen)
        return [
            f'{self.head},{encoded({**self._whole(n), **more})[1:-1]},"stages":[{part}]}}'
            for n, more, part in zip(chosen.tolist(), beside, parts, strict=True)
        ]

    def _whole(self, n: int) -> dict[str, Any]:
        """What is said of an entry beyond its stages."""
        found, decimals = self.found, self.found.rule.decimals
        return {
            "carried": [
                {"stage": part.stage, "mean": plain_text(int(part.mean[n]), decimals)}
                for part in self.brought
            ],
            "total": plain_text(int(found.total[n]), decimals),
            "place": int(found.place[n]) or None,
            "passed": bool(found.passed[n]),
            "tied": self._named(n, self.equal[n]),
            "shared": self._named(n, self.shared[n]),
            "tie_steps": [
                {"key": tie.key, "value": plain_text(int(tie.value[n]), tie.places)}
                for tie in found.ties
                if tie.told[n]
            ],
        }

    def _stages(self, number: int, chosen: Numbers) -> list[str]:
        """One stage of some entries: the scores, how they were used, and the means."""
        at = chosen * len(self.heads) + number
        begins, counts = self.first[at], self.first[at + 1] - self.first[at]
        ends = np.cumsum(counts)
        scores = self._scores(self.order[np.repeat(begins - ends + counts, counts) + np.arange(counts.sum())])
        spans = zip((ends - counts).tolist(), ends.tolist(), strict=True)
        return [
            f'{self.heads[number]},"scores":[{",".join(scores[begin:end])}],{figures}'
            for (begin, end), figures in zip(spans, self._figures(number, chosen), strict=True)
        ]

    def _figures(self, number: int, chosen: Numbers) -> Iterator[str]:
        part, rule, unit = self.found.stages[number], self.found.rule, self.found.unit
        weight = whole(part.weight, self.places)
        means = [(f"{encoded(key)}:", column[chosen].tolist()) for key, column in part.criteria.items()]
        columns = (part.valid, part.used, part.sums, part.mean, part.untrimmed)
        rows = zip(*(column[chosen].tolist() for column in columns), strict=True)
        for place, (valid, used, total, mean, untrimmed) in enumerate(rows):
            weighted = ABSENT if mean == ABSENT else mean * weight
            known = [
                key + full_json(column[place], rule.decimals)
                for key, column in means
                if column[place] != ABSENT
            ]
            yield (
                f'"valid_count":{valid},"used_count":{used},"sum":{plain_json(total, unit)},'
                f'"mean":{full_json(mean, rule.decimals)},'
                f'"untrimmed_mean":{full_json(untrimmed, rule.decimals)},'
                f'"weighted":{plain_json(weighted, rule.decimals + self.places)},'
                f'"criterion_means":{{{",".join(known)}}}}}'
            )

    def _scores(self, rows: Numbers) -> list[str]:
        """The sheets at some rows: judge, points by criterion, and how the total was used."""
        columns = (self.sheets.state, self.sheets.total, self.scaled, self.dropped)
        used = map(_use, *(column[rows].tolist() for column in columns), repeat(self.found.unit))
        judges = self.sheets.judge[rows].tolist()
        return [
            f'{{"judge":{judge},"criteria":{points},{use}'
            for judge, points, use in zip(judges, self.sheets.points_json(rows), used, strict=False)
        ]

    def _by_sheet(self) -> tuple[Numbers, NDArray[np.int8]]:
        """Scaled points and what was dropped, by row of the sheets."""
        scores, size = self.found.scores, len(self.sheets)
        scaled, dropped = np.full(size, ABSENT, dtype=np.int64), np.zeros(size, dtype=np.int8)
        of_sheets = scores.source < size
        scaled[scores.source[of_sheets]] = self.found.scaled[of_sheets]
        dropped[scores.source[of_sheets]] = self.found.dropped[of_sheets]
        return scaled, dropped

    def _grouped(self) -> tuple[Numbers, Numbers]:
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
        return order.astype(np.int64), first.astype(np.int64)

    def _named(self, n: int, run: tuple[int, int]) -> list[int]:
        begin, end = run
        if end - begin < 2:
            return []
        others = self.found.order[begin : min(end, begin + MOST_NAMED + 1)].tolist()
        return [self.entries[one].number for one in others if one != n][:MOST_NAMED]


@lru_cache(maxsize=100_000)
def _use(state: int, total: int, scaled: int, dropped: int, unit: int) -> str:
    """How a sheet's total was used: the members of a JSON object with its closing brace."""
    return encoded(
        {
            "raw": plain_text(total, POINTS) if state == SUBMITTED else None,
            "scaled": plain_text(scaled, unit),
            "state": STATE_WORDS.get(state, "abstained"),
            "used": scaled != ABSENT and dropped == KEPT,
            "dropped": DROPPED_WORDS[dropped],
        }
    )[1:]


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
