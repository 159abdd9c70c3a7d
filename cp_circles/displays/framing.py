"""Pages that other sites may show in a frame: no cookie, no script, no form."""

from flask import Response, g, make_response, session


def framed_anywhere(body: Response | str) -> Response:
    """The answer, allowed in any site's frame; it leaves no cookie and forgets the visitor's session."""
    g.may_be_framed = True
    session.clear()
    session.modified = False
    return make_response(body)
