"""The widget in other sites' frames, its code, the hall screen and the feed: open to everybody."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from cp_circles.awards import queries as awards
from cp_circles.awards.printing import qr_svg
from cp_circles.displays.forms import WidgetForm
from cp_circles.displays.presenting import tops
from cp_circles.displays.presenting.feed import awards_feed as atom
from cp_circles.errors import NotFound
from cp_circles.leaderboards.asking import Asked, chosen
from cp_circles.leaderboards.presenting import reading
from cp_circles.leaderboards.presenting.sheets import scope_name
from cp_circles.ledger.stamps import board_stamp, newest_stamp
from cp_circles.people.rules import NOBODY
from cp_circles.web.i18n import LOCALES, locale_name
from cp_circles.web.kept_pages import kept_page
from cp_circles.web.security import framed_anywhere
from cp_circles.web.session import db_session, now

bp = Blueprint("displays", __name__)
FEED_LENGTH = 50


def _asked() -> Asked | None:
    """The public board of the address; None before there is any."""
    return reading.asked_by(db_session(), NOBODY, public=True)


@bp.get("/public/widget")
def widget() -> ResponseReturnValue:
    """The first rows of a public board, for the frame of another site."""
    form = WidgetForm()

    def draw() -> str:
        asked, look = _asked(), "" if form.look.data == "auto" else form.look.data
        if asked is None:
            return render_template("displays/no_board.html", theme=look, is_hall=False)
        values = tops.top_values(db_session(), asked, int(form.rows.data))
        return render_template("displays/widget.html", theme=look, **values)

    with force_locale(form.lang.data):
        return framed_anywhere(kept_page(newest_stamp, board_stamp, draw))


@bp.get("/public/widget/code")
def widget_code() -> ResponseReturnValue:
    """The lines that put a board into another site, with a look at the outcome."""
    form, asked = WidgetForm(), _asked()
    if asked is None:
        raise NotFound
    address = tops.widget_url(form.rows.data, form.lang.data, form.look.data)
    rows = tops.rows_to_show(db_session(), asked, int(form.rows.data))
    title, height = scope_name(asked), tops.widget_height(rows)
    return render_template(
        "displays/widget_code.html",
        form=form,
        kept={name: request.args[name] for name in request.args if name not in tops.OF_WIDGET},
        address=address,
        height=height,
        is_short=rows < int(form.rows.data),
        code=tops.widget_html(address, title, height),
        board_url=tops.board_url(),
        title=title,
    )


@bp.get("/public/hall")
def hall() -> ResponseReturnValue:
    """A screen in a hall: what was saved until now, large, asking again by itself."""
    asked, look = _asked(), chosen(request.args.get("look"), ("dark", "light"))
    if asked is None:
        return render_template("displays/no_board.html", theme=look, is_hall=True)
    values = tops.hall_values(db_session(), asked)
    code = qr_svg(values["board_url"])
    return render_template("displays/hall.html", theme=look, at=now(), code=code, **values)


@bp.get("/public/awards.atom")
def awards_feed() -> ResponseReturnValue:
    """The newest awards that stand, as an Atom feed in the language of the address."""
    with force_locale(chosen(request.args.get("lang"), (locale_name(), *LOCALES))):
        document = atom(awards.latest_awards(db_session(), limit=FEED_LENGTH))
    response = Response(document, content_type="application/atom+xml; charset=utf-8")
    response.add_etag()
    return response.make_conditional(request)
