"""The access table by the moments of a round: every door of a round requested in every moment of its life."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards import models as awards
from cp_circles.db.base import Base
from cp_circles.db.models import Event
from cp_circles.judging import list_models, panel_models
from cp_circles.judging import models as judging
from cp_circles.judging.phases import MOMENTS
from cp_circles.results import models as results
from cp_circles.sittings import models as sittings
from tests.house.cells_phases import ACTS, OF_NO_ROUND, Act
from tests.house.film import SECRET, Film
from tests.house.stage import address_of, read
from tests.web_fixtures import CSRF

pytestmark = pytest.mark.http
REFUSED = {403, 404, 409, 422}
HIDDEN = {403, 404}
DONE = {200, 302, 303}
KEPT = [
    mapper.local_table
    for mapper in Base.registry.mappers
    if mapper.class_.__module__
    in {
        awards.__name__,
        judging.__name__,
        list_models.__name__,
        panel_models.__name__,
        results.__name__,
        sittings.__name__,
    }
]


def test_every_door_of_a_round_has_its_moments_and_an_act(film):
    doors, rooms = film.app.extensions["cp_doors"], tuple(f"{room}." for room in OF_NO_ROUND)
    of_rounds = {name for name in doors if name.startswith(rooms)} - set(of_no_round())
    asked = {name for name in ACTS if ACTS[name].opens is None}
    assert asked == of_rounds, "tests/house/cells_phases.py must ask for every door of a round"
    for name in of_rounds:
        assert set(doors[name].phases or ()) <= set(MOMENTS), f"{name}: its row must say in which phases"
        assert doors[name].phases, f"{name} has no phases in the access table"
    assert not [name for name in of_no_round() if doors[name].phases is not None]


def of_no_round() -> list[str]:
    """The endpoints of these rooms that no round's phase opens or closes."""
    return [f"{room}.{name}" for room, names in OF_NO_ROUND.items() for name in names.split()]


def test_the_film_has_every_moment(film):
    assert set(film.frames) == set(MOMENTS)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_door_opens_in_its_moments_only(film, moment):
    film.show(moment)
    faults = [fault for key in ACTS for fault in faults_of(film, moment, key)]
    assert not faults, "\n" + "\n".join(faults)


def faults_of(film: Film, moment: str, key: str) -> list[str]:
    """What is wrong with the answers of one door in one moment."""
    act, endpoint = ACTS[key], key.split()[0]
    opens = film.app.extensions["cp_doors"][endpoint].phases if act.opens is None else act.opens
    touched, body = prepare(film, moment, act)
    before = 0 if is_page(film, endpoint) else state_of(film)
    answer = ask(film, act.reader, endpoint, act, body)
    wrong = ""
    if moment in opens:
        wrong = why_not_open(film, endpoint, act, answer, before)
    elif not is_closed(film, endpoint, act, answer, before):
        wrong = f"{act.reader} is let in"
    faults = [f"{key} in {moment}: {wrong} ({told(answer)})"] if wrong else []
    if touched or (before and state_of(film) != before):
        film.show(moment)
    return faults + faults_of_stranger(film, moment, key, endpoint, act)


def prepare(film: Film, moment: str, act: Act) -> tuple[bool, dict[str, str]]:
    """Bring the record into the state that the act asks for; whether anything was changed, and the form."""
    ready = act.ready if moment in act.ready_in else None
    with Session(film.engine) as session:
        if ready is not None:
            ready(film, session)
            session.commit()
        return ready is not None, act.body(film, session)


def ask(film: Film, reader: str, endpoint: str, act: Act, body: dict[str, str]) -> Any:
    """The answer to a reader."""
    args = {name: value[1:] if value[0] == "=" else film.ids[value] for name, value in act.args.items()}
    with film.app.test_request_context():
        path = film.app.url_for(endpoint, **args)
    content = {"csrf": CSRF} | (
        {} if reader == "visitor" else {"_user_id": film.tokens[reader], "_fresh": True}
    )
    signer = film.app.session_interface.get_signing_serializer(film.app)
    client = film.app.test_client(use_cookies=False)
    options = {"headers": {"Cookie": f"cp_session={signer.dumps(content)}"}}
    if is_page(film, endpoint):
        return read(client.get(path, **options))
    return read(client.post(path, data={"csrf_token": CSRF} | body, **options))


def is_page(film: Film, endpoint: str) -> bool:
    """True for a page, False for an act."""
    return address_of(film.app, endpoint)[1] == "GET"


def state_of(film: Film) -> int:
    """All that the rounds, their results and their awards consist of, and how many events, as one number."""
    with film.engine.connect() as connection:
        rows = [connection.execute(sa.select(table)).all() for table in KEPT]
        events = connection.scalar(sa.select(sa.func.count(Event.id)))
    return hash(repr((rows, events)))


def why_not_open(film: Film, endpoint: str, act: Act, answer: Any, before: int) -> str:
    """What keeps an act from being done, or a page from being shown; nothing if it is as it should be."""
    if answer.status_code not in DONE:
        return f"{act.reader} is refused"
    if not is_page(film, endpoint):
        return "" if state_of(film) != before else "nothing was changed"
    return "" if answer.status_code == 200 and act.shows in text_of(answer) else f"shows no {act.shows}"


def is_closed(film: Film, endpoint: str, act: Act, answer: Any, before: int) -> bool:
    """True if the answer is a refusal that changed nothing, or a page without what it would show."""
    if is_page(film, endpoint):
        return answer.status_code in REFUSED or bool(act.shows and act.shows not in text_of(answer))
    return answer.status_code in REFUSED and state_of(film) == before


def faults_of_stranger(film: Film, moment: str, key: str, endpoint: str, act: Act) -> list[str]:
    """What somebody with the same roles elsewhere sees of it."""
    answer = ask(film, "stranger", endpoint, act, {})
    faults = []
    if not act.public and answer.status_code not in HIDDEN:
        faults.append(f"{key} in {moment}: a stranger is let in ({told(answer)})")
    if SECRET in text_of(answer):
        faults.append(f"{key} in {moment}: a stranger reads {SECRET}")
    return faults


def text_of(answer: Any) -> str:
    """The answer as text, with the name that a file would be saved under."""
    return answer.get_data().decode("utf-8", "replace") + answer.headers.get("Content-Disposition", "")


def told(answer: Any) -> str:
    """The status, and where it leads."""
    return f"{answer.status_code} {answer.headers.get('Location', '')}".strip()
