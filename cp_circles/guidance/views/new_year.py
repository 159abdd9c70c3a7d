"""What a company has still to do in a new year: circles to renew, projects that go on, its round."""

from flask.typing import ResponseReturnValue

from cp_circles.circles import queries as circles
from cp_circles.guidance import queries
from cp_circles.guidance.views.blueprint import bp, company_of, desk_page
from cp_circles.judging.queries.rounds import draft_of_company
from cp_circles.projects import queries as projects
from cp_circles.web.paging import page_of
from cp_circles.web.session import clock, db_session, today


@bp.get("/companies/<int:company_id>/new-year")
def show_new_year(company_id: int) -> ResponseReturnValue:
    """The list of a year: circles without a renewal, projects of earlier years with why they go on."""
    company, session = company_of(company_id), db_session()
    year = projects.carry_year(session, today())
    return desk_page(
        "new_year",
        company,
        "new_year",
        year=year,
        early=year > today().year,
        has_circles=queries.has_circles(session, company.id),
        circles=page_of(circles.unrenewed_circles(session, year=year, company_id=company.id)),
        carried=page_of(
            projects.carried_projects(session, company_id=company.id, year=year, zone=clock().zone),
            argument="projects",
        ),
        draft=draft_of_company(session, company.id),
    )
