"""Check an exported audit of a judging round with nothing but Python's standard library.

    python -I verify_audit.py FOLDER|FILE.zip [--head HASH] [--receipt CODE ...]

Every hash is computed again, every place is looked at, and the standing is made anew from the score sheets.
`--head` is a newest head as it was published (public page, print, mail), of this round or of the platform; a
`--receipt` is one that a judge or a team was given. Ends with 0 if all holds, with 1 and the places if not.
"""

import argparse
import hashlib
import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

START = "0" * 64
COLUMNS = ("entry", "place", "score", "decision")
TAKES_BACK = ("judging.reopen_sheet", "judging.abstain", "judging.recuse")
PUBLISHES = ("judging.publish_standing", "judging.finish_round", "judging.hold_list", "judging.lift_hold")
FILES = ("manifest.json", "events.jsonl", "platform.jsonl", "rule.json", "input.json")
FILES += ("sheets.jsonl", "standing.jsonl")
Json = dict[str, Any]


def canonical(content: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(content: Any) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def read(path: Path) -> dict[str, Any]:
    """The parts of an export by file name; lines of JSON become lists."""
    if path.is_dir():
        texts = {name: (path / name).read_text(encoding="utf-8") for name in FILES if (path / name).is_file()}
    else:
        with zipfile.ZipFile(path) as packed:
            known = set(packed.namelist())
            texts = {name: packed.read(name).decode("utf-8") for name in FILES if name in known}
    missing = [name for name in FILES if name not in texts]
    if missing:
        raise ValueError(f"files are missing: {', '.join(missing)}")
    return {name: _parsed(name, text) for name, text in texts.items()}


def _parsed(name: str, text: str) -> Any:
    if name.endswith(".json"):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def chain_problems(file: str, chain: str, events: Sequence[Json]) -> list[str]:
    """What is wrong with the order and the hashes of a chain; the place of each is named."""
    problems, expected, previous = [], 1, START
    places = [event.get("position") for event in events]
    for line, event in enumerate(events, start=1):
        place = event.get("position")
        where = f"{file}, line {line}: event {place}"
        if place != expected:
            if expected in places:
                problems.append(f"{where} is out of order; event {expected} belongs here")
            else:
                problems.append(f"{file}, line {line}: event {expected} is missing; event {place} follows")
        elif event.get("previous") != previous:
            problems.append(f"{where} does not carry the hash of the event before it")
        content = {key: value for key, value in event.items() if key != "hash"}
        if sha256_of(content) != event.get("hash") or event.get("chain") != chain:
            problems.append(f"{where} ({event.get('verb')}) was changed: its content does not give its hash")
        expected, previous = (place if isinstance(place, int) else expected) + 1, str(event.get("hash"))
    return problems


def head_problems(audit: Mapping[str, Any], published: str | None) -> list[str]:
    """Heads that are not the hashes of the events they name."""
    manifest, events, platform = audit["manifest.json"], audit["events.jsonl"], audit["platform.jsonl"]
    hashes = {event["position"]: event["hash"] for event in events}
    problems = []
    for event in platform:
        head = event.get("after") or {}
        if head.get("chain") != manifest["chain"]:
            continue
        found = hashes.get(head["position"])
        where = f"platform.jsonl, event {event['position']}: the head published for event {head['position']}"
        if found is None:
            problems.append(f"{where} names an event that is missing from the round's chain")
        elif found != head["hash"]:
            problems.append(f"{where} is not that event's hash")
    named = [(e.get("after") or {}) for e in platform]
    covered = max((h["position"] for h in named if h.get("chain") == manifest["chain"]), default=0)
    for event in events:
        if event["verb"] in PUBLISHES and event["position"] > covered:
            problems.append(
                f"platform.jsonl: no head was published after event {event['position']} ({event['verb']})"
            )
    for name, chain in (("head", events), ("platform_head", platform)):
        last = {"position": chain[-1]["position"], "hash": chain[-1]["hash"]} if chain else None
        if manifest[name] != last:
            problems.append(f"manifest.json: {name} is not the last event of its chain; events are missing")
    if published is not None and published not in {event["hash"] for event in (*events, *platform)}:
        problems.append(
            f"the published head {published} stands neither in the round's chain nor the platform's"
        )
    return problems


def receipt_problems(audit: Mapping[str, Any], receipts: Iterable[str]) -> list[str]:
    """Receipts that do not stand in the chain as they were given."""
    held = {
        f"{audit['manifest.json']['round']}-{event['position']}-{event['hash']}"
        for event in audit["events.jsonl"]
    }
    return [f"receipt {code} does not stand in the chain" for code in receipts if code not in held]


def sheet_problems(audit: Mapping[str, Any]) -> list[str]:
    """Sheets that differ from what the chain says was handed in, and from what the standing was made of."""
    said = _handed_in(audit["events.jsonl"])
    given = {sheet["sheet"]: sheet for sheet in audit["sheets.jsonl"]}
    problems = [f"sheets.jsonl: sheet {id_} is missing" for id_ in sorted(said.keys() - given.keys())]
    for id_, sheet in given.items():
        content = sheet["content"]
        where = f"sheets.jsonl: sheet {id_} (entry {content['entry']}, judge {content['judge']})"
        if sha256_of(content) != sheet["sha256"]:
            problems.append(f"{where} was changed: its content does not give its hash")
        if id_ not in said:
            problems.append(f"{where} was never handed in, or was taken back, by the chain")
        elif said[id_] != sheet["sha256"]:
            problems.append(f"{where} is not the sheet that was handed in by the chain")
        total = sum((Decimal(text) for text in content["points"].values()), Decimal(0))
        if content["total"] is None or Decimal(content["total"]) != total:
            problems.append(f"{where}: its points add up to {total}, not {content['total']}")
    return problems + _input_sheet_problems(audit, given.values())


def _handed_in(events: Sequence[Json]) -> dict[int, str]:
    """Sheet id to hash, by the last word of the chain about each sheet."""
    said: dict[int, str] = {}
    for event in events:
        kind, id_ = event["subject"]
        after = event.get("after") or {}
        if kind != "score_sheets":
            continue
        if "sha256" in after:
            said[id_] = after["sha256"]
        elif event["verb"] in TAKES_BACK:
            said.pop(id_, None)
    return said


def _input_sheet_problems(audit: Mapping[str, Any], sheets: Iterable[Json]) -> list[str]:
    judged = {row[0] for row in audit["input.json"]["entries"]}
    by_key = {
        (s["content"]["entry"], s["content"]["judge"], s["content"]["stage"]): s
        for s in sheets
        if s["content"]["entry"] in judged
    }
    problems = []
    for entry, judge, stage, state, points, sha256 in audit["input.json"]["sheets"]:
        sheet = by_key.pop((entry, judge, stage), None) if state == "submitted" else None
        same = sheet is not None and sheet["content"]["points"] == points and sheet["sha256"] == sha256
        if state == "submitted" and not same:
            problems.append(f"input.json: entry {entry}, judge {judge}, {stage}: not as in sheets.jsonl")
    return problems + [f"input.json: entry {e}, judge {j}, {s}: left out" for e, j, s in by_key]


def standing_problems(audit: Mapping[str, Any]) -> list[str]:
    """Where the standing differs from the one that the sheets and the rule give."""
    computed = [event for event in audit["events.jsonl"] if event["verb"] == "judging.compute_standing"]
    if not computed:
        return ["standing.jsonl: rows stand here, but none was computed"] if audit["standing.jsonl"] else []
    last, problems = computed[-1], []
    where = f"events.jsonl, event {last['position']}"
    if last["after"]["input"] != sha256_of(audit["input.json"]):
        problems.append(f"input.json is not what the standing of {where} was computed from")
    rules = [e["after"]["rule"] for e in audit["events.jsonl"] if "rule" in (e.get("after") or {})]
    if rules and rules[-1] != sha256_of(audit["rule.json"]):
        problems.append("rule.json is not the rule by which the list was published")
    told = {row[0]: list(row) for row in last["after"]["rows"]}
    stored = {row["entry"]: [row[key] for key in COLUMNS] for row in audit["standing.jsonl"]}
    corrected = audit["rule.json"]["severity"] == "official"
    made = told if corrected else {row[0]: row for row in recomputed(audit)}
    for entry in sorted(made.keys() | told.keys() | stored.keys()):
        found, right = stored.get(entry), made.get(entry)
        if found != right:
            problems.append(f"standing.jsonl: entry {entry} reads {found}, the sheets give {right}")
        if told.get(entry) != right:
            problems.append(f"{where}: entry {entry} reads {told.get(entry)}, the sheets give {right}")
    return problems


def half_up(value: Fraction | Decimal, places: int) -> Decimal:
    """Rounded half up, away from zero, to a number of decimals."""
    scaled = Fraction(value) * 10**places
    magnitude = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{'-' if scaled < 0 and magnitude else ''}{magnitude}E{-places}")


def mean(values: Sequence[Decimal], places: int) -> Decimal | None:
    """The mean rounded once, or None of nothing."""
    return half_up(sum(map(Fraction, values), Fraction(0)) / len(values), places) if values else None


def shown(value: Decimal) -> str:
    """A number in plain digits without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def recomputed(audit: Mapping[str, Any]) -> list[list[Any]]:
    """[entry, place, score, decision] of every entry, from the sheets by the rule."""
    rule, given = audit["rule.json"], audit["input.json"]
    totals = {
        (s["content"]["entry"], s["content"]["judge"], s["content"]["stage"]): Decimal(s["content"]["total"])
        for s in audit["sheets.jsonl"]
    }
    rows = []
    for track in dict.fromkeys(row[2] for row in given["entries"]):
        entries = [row for row in given["entries"] if row[2] == track]
        placed = _placed(entries, given["sheets"], totals, rule["tracks"][track])
        decisions = _decisions(placed, rule, given, track)
        rows += [
            [entry, place or len(placed) + 1, shown(total or Decimal(0)), decisions[entry]]
            for entry, total, place in placed
        ]
    return rows


Placed = tuple[int, Decimal | None, int | None]


def _placed(
    entries: Sequence[Sequence[Any]],
    sheets: Sequence[Sequence[Any]],
    totals: Mapping[tuple[int, int, str], Decimal],
    rule: Json,
) -> list[Placed]:
    scores: dict[tuple[int, str], list[tuple[int, Decimal, Json]]] = defaultdict(list)
    rule = _with_carried(rule, entries)
    for entry, judge, stage, state, points, _ in sheets:
        if state == "submitted":
            scores[entry, stage].append((judge, totals.get((entry, judge, stage), Decimal(0)), points))
    for entry, _, _, carried in entries:
        for stage in rule["carried"]:
            scores[entry, stage].append((0, Decimal(carried[stage]), {}))
    keyed = []
    for entry, *_ in entries:
        stages = {stage: _stage(scores[entry, stage], stage, rule) for stage in rule["stage_weights"]}
        weighted = [part["weighted"] for part in stages.values()]
        if not weighted or None in weighted:
            keyed.append((entry, None, ()))
            continue
        total = half_up(sum(map(Fraction, weighted), Fraction(0)), rule["decimals"])
        ties = [_tie(stages, key) for key in rule["tie_order"]]
        key = tuple((v is not None, v if v is not None else Decimal(0)) for v in (total, *ties))
        keyed.append((entry, total, key))
    ranked = sorted((row for row in keyed if row[1] is not None), key=lambda row: row[2], reverse=True)
    placed: list[Placed] = []
    for n, (entry, total, key) in enumerate(ranked, start=1):
        same = n > 1 and key == ranked[n - 2][2]
        placed.append((entry, total, placed[-1][2] if same else n))
    return placed + [(entry, None, None) for entry, total, _ in keyed if total is None]


def _with_carried(rule: Json, entries: Sequence[Sequence[Any]]) -> Json:
    """The rule with the stages of lower rounds by which it sets ties apart, if every entry brought them."""
    wanted = [key.partition(":")[2] for key in rule["tie_order"] if key.startswith("stage:")]
    weights = dict(rule["stage_weights"])
    carried = [key for key in wanted if key not in weights and all(key in row[3] for row in entries)]
    return rule | {"carried": carried, "stage_weights": weights | dict.fromkeys(carried, "0")}


def _stage(scores: Sequence[tuple[int, Decimal, Json]], stage: str, rule: Json) -> Json:
    scale, weight = Decimal(rule["scale_by_stage"].get(stage, "1")), Decimal(rule["stage_weights"][stage])
    ordered = sorted(scores, key=lambda score: score[0])
    values = [
        points if scale == 1 else half_up(Fraction(points) * Fraction(scale), rule["decimals"])
        for _, points, _ in ordered
    ]
    high, low = rule["trim_high"], rule["trim_low"]
    used = list(range(len(values)))
    if len(values) >= rule["trim_min_n"] and len(values) > high + low:
        order = sorted(used, key=lambda n: (values[n], n))
        used = sorted(order[low : len(order) - high])
    average = mean([values[n] for n in used], rule["decimals"])
    criteria: dict[str, list[Decimal]] = defaultdict(list)
    for n in used:
        for key, text in ordered[n][2].items():
            criteria[key].append(Decimal(text))
    return {
        "mean": average,
        "weight": weight,
        "weighted": None if average is None else average * weight,
        "untrimmed": mean(values, rule["decimals"]),
        "criteria": {key: mean(points, rule["decimals"]) for key, points in criteria.items()},
    }


def _tie(stages: Mapping[str, Json], key: str) -> Decimal | None:
    kind, _, name = key.partition(":")
    if kind == "untrimmed_mean":
        values = [None if p["untrimmed"] is None else p["untrimmed"] * p["weight"] for p in stages.values()]
    elif kind == "stage":
        values = [part["mean"] for stage, part in stages.items() if stage == name]
    else:
        wanted, _, criterion = name.rpartition(".")
        values = [
            part["criteria"][criterion]
            for stage, part in stages.items()
            if criterion in part["criteria"] and wanted in ("", stage)
        ]
    return sum(values, Decimal(0)) if values and None not in values else None


def _decisions(placed: Sequence[Placed], rule: Json, given: Json, track: str) -> dict[int, str]:
    if not given["goes_up"]:
        return {entry: "placed" for entry, _, _ in placed}
    quota, mark = given["quotas"].get(track, 0), Decimal(given["pass_mark"])
    able = [row for row in placed if row[1] is not None and row[2] is not None and row[1] >= mark]
    up = {row[0] for row in _above_cut(able, quota, rule["at_cut"])}
    rest = [row for row in able if row[0] not in up]
    listed = min(given["reserve"], len(rest)) if quota > 0 else 0
    last = (rest[listed - 1][2] or 0) if listed else -1
    waiting = {row[0] for row in rest if (row[2] or 0) <= last}
    return {
        entry: "promoted" if entry in up else "reserve" if entry in waiting else "not_promoted"
        for entry, _, _ in placed
    }


def _above_cut(able: Sequence[Placed], quota: int, at_cut: str) -> list[Placed]:
    if quota <= 0:
        return []
    if len(able) <= quota:
        return list(able)
    last, first_out = able[quota - 1], able[quota]
    if at_cut == "tie_order":
        same = last[2] == first_out[2]
        return [row for row in able if (row[2] or 0) < (last[2] or 0)] if same else list(able[:quota])
    if last[1] != first_out[1]:
        return list(able[:quota])
    cut = last[1] or Decimal(0)
    return [row for row in able if (row[1] or 0) > cut or (at_cut == "all_in" and row[1] == cut)]


def problems_of(audit: Mapping[str, Any], head: str | None = None, receipts: Iterable[str] = ()) -> list[str]:
    """Everything that does not hold, chain first."""
    chain = audit["manifest.json"]["chain"]
    return [
        *chain_problems("events.jsonl", chain, audit["events.jsonl"]),
        *chain_problems("platform.jsonl", "platform", audit["platform.jsonl"]),
        *head_problems(audit, head),
        *receipt_problems(audit, receipts),
        *sheet_problems(audit),
        *standing_problems(audit),
    ]


def main() -> int:
    """Check what the command line names, and say what was found."""
    asked = argparse.ArgumentParser(description="Check an exported audit of a judging round.")
    asked.add_argument("path", type=Path, help="the folder or the zip file of the export")
    asked.add_argument("--head", help="a published head, of the round or of the platform")
    asked.add_argument("--receipt", action="append", default=[], help="a receipt that was given")
    given = asked.parse_args()
    try:
        audit = read(given.path)
        problems = problems_of(audit, given.head, given.receipt)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, zipfile.BadZipFile) as error:
        problems = [f"the export cannot be read: {type(error).__name__}: {error}"]
        audit = {"events.jsonl": [], "sheets.jsonl": [], "standing.jsonl": []}
    for problem in problems:
        print(f"FAULT {problem}")
    counts = [len(audit[name]) for name in ("events.jsonl", "sheets.jsonl", "standing.jsonl")]
    if not problems and audit["rule.json"]["severity"] == "official":
        print("NOTE the rule corrects scores for severity: the order was compared with the chain only")
    print(f"{counts[0]} events, {counts[1]} sheets, {counts[2]} places: {len(problems)} faults")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
