"""A database with the regions of the United States, and rows of an IAC file."""

import csv
import io

import pytest

from cp_circles.editions.services import load_shipped
from cp_circles.imports import running
from cp_circles.imports.mappings import newest_mapping
from cp_circles.organisations.services import load_regions
from cp_circles.people.rules import SYSTEM
from cp_circles.rulesets.loader import shipped
from tests.conftest import NOW

ROW = {
    "superid": "AM074301",
    "id": "AM0743",
    "ar_number": "1",
    "impstatus": "I",
    "impcost": "6700",
    "psourccode": "EC",
    "pconserved": "477.0",
    "psourconsv": "",
    "psaved": "4100",
    "fy": "2018",
    "center": "AM",
    "sic": "2086.0",
    "naics": "311520.0",
    "state": "TX",
    "sales": "50000000.0",
    "employees": "180.0",
    "products": "Milk and dairy products",
}


def csv_of(*rows, headings=None):
    """Rows (changes to the usual one) as a CSV in UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(headings or ROW), extrasaction="ignore")
    writer.writeheader()
    writer.writerows([ROW | row for row in rows])
    return out.getvalue().encode()


@pytest.fixture(scope="session")
def packs():
    """The shipped packs by kind and key."""
    return {(one.kind, one.key): one.pack for one in shipped()}


@pytest.fixture
def us(session, packs):
    """A session on a database that holds the regions of the United States only."""
    load_shipped(session, now=NOW)
    load_regions(session, packs["regions", "us"], NOW)
    return session


@pytest.fixture
def bring(us):
    """Import a content by command: `bring(content, changed="update", good_rows_only=True)`."""

    def run(content, mapping="iac", name="file.csv", actor=SYSTEM, **choices):
        edition, pack = newest_mapping(us, mapping)
        checked = running.check_file(us, actor=actor, mapping=pack, name=name, content=content)
        order = running.Order(name, running.sha256_of(content), edition.id, **choices)
        job = running.note_job(us, order=order, now=NOW)
        return running.finish_import(
            us, actor=actor, job=job, mapping=pack, order=order, checked=checked, now=NOW
        )

    return run


@pytest.fixture
def company(session, make):
    """A registered company in a database with the regions of China."""
    load_shipped(session, now=NOW)
    county = make.region("county", make.region("province", pack="china"))
    return make.company(county, name="示例华新水泥", code_scheme="USCC", industry_id=make.industry().id)
