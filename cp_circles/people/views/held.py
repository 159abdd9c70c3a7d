"""A form that was sent after its sign-in had expired: seen again, sent again, or thrown away."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.people.views.blueprint import bp
from cp_circles.web import held
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.held_labels import labelled


@bp.get("/held-form")
def held_form() -> ResponseReturnValue:
    """Show what was typed, ready to be sent to where it was going."""
    kept = held.held_form()
    if kept is None:
        raise NotFound
    return render_template(
        "people/held_form.html",
        action=kept.path,
        page=kept.payload["page"],
        fields=labelled(kept.path, kept.payload["fields"]),
        had_files=kept.had_files,
        held_at=kept.held_at,
        form=ConfirmForm(),
    )


@bp.post("/held-form/drop")
def drop_held_form() -> ResponseReturnValue:
    """Throw it away."""
    answer = redirect("/", 303)
    held.drop(answer)
    return answer
