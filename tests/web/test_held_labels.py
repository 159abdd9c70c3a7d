"""A held form is shown under the labels of its own page, and what the page hides stays hidden."""

import pytest
from flask_babel import force_locale

from cp_circles.web.held_labels import labelled


@pytest.fixture
def shown(app):
    """The fields of a form sent to a path, as (label, choice, is_shown)."""

    def of(path, fields, locale="zh_Hans"):
        with app.test_request_context(), force_locale(locale):
            return {each.name: (each.label, each.choice, each.is_shown) for each in labelled(path, fields)}

    return of


def test_labels_choices_and_hidden_fields_are_those_of_the_page(shown):
    fields = [["tasks", "digest"], ["quiet_from", "22"], ["zone", "UTC"], ["next", "/x"], ["version", "3"]]
    found = shown("/account/notifications", fields)
    assert found["tasks"] == ("待办与审批结果", found["tasks"][1], True)
    assert "邮件" in found["tasks"][1]
    assert found["quiet_from"][1] == "22:00" and found["zone"][1] == "UTC"
    assert not found["next"][2] and not found["version"][2]
    assert shown("/account/notifications", fields, "en")["tasks"][0] == "Tasks and decisions"


def test_rows_of_a_list_are_numbered_and_what_is_unknown_has_no_label(shown):
    found = shown("/circles/1/activities", [["summary", "开会"], ["surprise-7", "x"]])
    assert found["surprise-7"] == ("", None, True)
    assert shown("/nowhere", [["text", "x"]])["text"][2]
