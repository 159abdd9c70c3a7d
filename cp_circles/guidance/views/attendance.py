"""Who took part in a course: those chosen so far, and those that a search in the company finds."""

from typing import Any

from flask import request

from cp_circles.guidance import queries
from cp_circles.guidance.forms import StaffSearch
from cp_circles.guidance.models import TestResult
from cp_circles.guidance.queries import MOST_SHOWN, StaffAsked
from cp_circles.organisations.models import Company
from cp_circles.organisations.queries import departments_of
from cp_circles.web.forms import whole_number
from cp_circles.web.session import db_session

FIND, TAKE_ALL = "find_people", "take_all"


def attendance(company: Company, record: Any) -> dict[str, Any]:
    """What the form shows: people chosen with their result, and people found who are not chosen yet.

    A company of up to `MOST_SHOWN` people is shown whole; in a larger one the search comes first.
    """
    session = db_session()
    known = _known(record)
    search = StaffSearch(request.form if request.method == "POST" else request.args)
    search.offer(queries.circles_of_company(session, company.id), departments_of(session, company.id))
    asked = StaffAsked(search.who.data or "", search.of_circle.data, search.of_department.data)
    found = queries.staff_found(session, company.id, asked, but_not=known)
    if not asked and found.total + len(known) > MOST_SHOWN:
        found = queries.StaffFound([], found.total)
    if TAKE_ALL in request.form:
        known |= {person.id: TestResult.NONE.value for person in found.people}
        found = queries.StaffFound([], found.total - len(found.people))
    return {
        "search": search,
        "asked": bool(asked),
        "chosen": queries.staff_named(session, company.id, known),
        "found": found,
        "known": known,
        "results": TestResult,
    }


def _known(record: Any) -> dict[int, str]:
    if request.method != "POST":
        return {row.person_id: row.result.value for row in record.attendees} if record else {}
    values = {one.value for one in TestResult}
    return {
        person: value
        for name, value in request.form.items()
        if name.startswith("person-") and value in values and (person := whole_number(name[7:])) is not None
    }
