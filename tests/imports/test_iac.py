"""The real files, 2,000 rows and then 38,219: counts, and totals against the csv module alone."""

import csv
import gzip
import io
import time
from collections import Counter, defaultdict
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Company, Region, RegionLevel
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings.models import Claim, Saving, SavingState, Signature
from tests.ledger import totals

pytestmark = pytest.mark.slow
SAMPLE, WHOLE = "sample_2000.csv", "sample_fy2015_2025_joined.csv.gz"


def board(**choices):
    """Claimed dollars."""
    return totals.BoardFilter(metric="yuan", currency="USD", basis=Basis.CLAIMED, **choices)


def independent(content):
    """What the file says, by the csv module: rows and sums in whole dollars."""
    sums, states, unknown = defaultdict(int), Counter(), Counter()
    for row in csv.DictReader(io.StringIO(content.decode("utf-8"))):
        saved = int(row["psaved"])
        for key in (("all",), ("status", row["impstatus"]), ("state", row["state"]), ("centre", row["center"]),
                    ("pair", row["state"], row["center"]), ("year", int(row["fy"])),
                    ("state and year", row["state"], int(row["fy"]))):  # fmt: skip
            sums[key] += saved
        states[row["impstatus"]] += 1
        unknown.update(name for name in ("impcost", "pconserved") if not row[name])
        unknown["negative"] += saved < 0
    return sums, states, unknown


@pytest.mark.both_when_proving
def test_the_real_files(us, bring, shared_data, capsys):
    folder = shared_data / "iac"
    sample, packed = (folder / SAMPLE).read_bytes(), (folder / WHOLE).read_bytes()
    sums, states, unknown = independent(gzip.decompress(packed))
    start = time.process_time()

    first = bring(sample, name=SAMPLE)
    assert (first["counts"]["read"], first["counts"]["added"], first["counts"]["refused"]) == (2000, 2000, 0)
    middle = time.monotonic()
    second = bring(packed, name=WHOLE)
    seconds = time.monotonic() - middle
    assert second["counts"] == {
        "read": 38_219, "refused": 0, "added": 36_219, "updated": 0, "unchanged": 2_000, "left": 0,
    }  # fmt: skip
    with capsys.disabled():
        used = time.process_time() - start
        print(
            f"\n{WHOLE}: 38,219 rows in {seconds:.1f} s, {38_219 / seconds:,.0f} rows/s; {used:.1f} s of processor"
        )

    check_counts(us, states)
    check_dirty_rows(second, unknown)
    check_totals(us, sums)

    again = bring(packed, name=WHOLE)
    assert (again["counts"]["unchanged"], again["counts"]["added"]) == (38_219, 0)


def check_counts(session, states):
    """Projects, companies, claims and places; nothing is signed or verified."""
    found = dict(session.execute(sa.select(Project.state, sa.func.count()).group_by(Project.state)).all())
    assert found == {
        ProjectState.COMPLETED: states["I"],
        ProjectState.STOPPED: states["N"],
        ProjectState.REGISTERED: states[""],
    }
    assert (states["I"], states["N"], states[""]) == (15_237, 17_471, 5_511)
    for model, wanted in ((Company, 5_382), (Saving, 38_219), (Claim, 38_219), (Signature, 0)):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == wanted
    assert session.scalars(sa.select(Saving.state).distinct()).all() == [SavingState.CLAIMED]
    assert session.scalars(sa.select(Claim.currency).distinct()).all() == ["USD"]


def check_dirty_rows(report, unknown):
    """Unknown and negative cells are remarked row by row."""
    reasons = {(row[2], row[5]["en"]): row[6] for row in report["remarks"]["reasons"]}
    assert reasons["impcost", "the cost is unknown (empty is not zero)"] == unknown["impcost"] == 4_062
    assert reasons["pconserved", "the saved quantity is unknown"] == unknown["pconserved"] == 2_467
    assert reasons["psaved", "the saved money is negative"] == unknown["negative"] == 389
    assert len(report["remarks"]["rows"]) == report["remarks"]["count"]


def check_totals(session, sums):
    """Boards by state, centre and year equal the file, to the dollar; no other currency holds anything."""
    nation = session.scalars(sa.select(Region).where(Region.parent_id.is_(None))).one()
    assert sums["all",] == 722_318_659 and sums["status", "I"] == 229_357_304
    assert totals.total_of(session, board(), "region", nation.id) == sums["all",]
    by_year = totals.totals_by_season(session, board(), "region", nation.id)
    assert by_year == {key[1]: amount for key, amount in sums.items() if key[0] == "year"}

    codes = dict(session.execute(sa.select(Region.id, Region.code)).all())
    by_region = {
        codes[id_]: amount for id_, amount in totals.totals_by_scope(session, board(), "region").items()
    }
    assert {code: amount for code, amount in by_region.items() if len(code) == 2 and code != "US"} == {
        key[1]: amount for key, amount in sums.items() if key[0] == "state" and amount
    }
    pairs = {f"{key[1]}-{key[2]}": amount for key, amount in sums.items() if key[0] == "pair"}
    assert {code: amount for code, amount in by_region.items() if "-" in code} == {
        code: amount for code, amount in pairs.items() if amount
    }
    assert len(pairs) == 161
    assert session.scalar(sa.select(sa.func.count()).where(Region.level == RegionLevel.CITY)) == 161
    centres = defaultdict(Decimal)
    for code, amount in by_region.items():
        if "-" in code:
            centres[code.split("-")[1]] += amount
    assert centres == {key[1]: amount for key, amount in sums.items() if key[0] == "centre"}
    assert (len(centres), sum(n > 1 for n in Counter(code.split("-")[1] for code in pairs).values())) == (
        46,
        39,
    )

    for code, id_ in ((code, id_) for id_, code in codes.items() if code in ("TX", "OH", "PR", "CA")):
        found = totals.totals_by_season(session, board(), "region", id_)
        assert found == {
            key[2]: amount for key, amount in sums.items() if key[0] == "state and year" and key[1] == code
        }
    for other in ({"currency": "CNY"}, {"currency": ""}):
        empty = totals.BoardFilter(metric="yuan", basis=Basis.CLAIMED, **other)
        assert totals.totals_by_scope(session, empty, "region") == {}
    verified = totals.BoardFilter(metric="yuan", currency="USD", basis=Basis.VERIFIED)
    assert totals.totals_by_scope(session, verified, "region") == {}
