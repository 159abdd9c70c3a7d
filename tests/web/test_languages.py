"""Which language a visitor gets: the default is Chinese, an explicit wish of the browser is honoured."""

import pytest


def lang(answer):
    return "en" if 'lang="en"' in answer.text else "zh"


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        (None, "zh"),
        ("en-US,en;q=0.9", "en"),
        ("en-GB", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.5,zh-CN", "zh"),
        ("de-DE,en;q=0.9", "zh"),
        ("*", "zh"),
    ],
)
def test_a_visitor_gets_english_only_if_the_browser_names_it_first(client, wish, shown):
    headers = {"Accept-Language": wish} if wish else {}
    assert lang(client.get("/sign-in", headers=headers)) == shown


def test_the_language_of_the_account_outweighs_the_browser(client, make):
    client.enter(make.person(locale="zh_Hans"))
    english = {"Accept-Language": "en-US"}
    assert lang(client.get("/account", headers=english)) == "zh"


def test_a_choice_outweighs_the_browser(client):
    english = {"Accept-Language": "en-US"}
    assert lang(client.get("/sign-in", headers=english)) == "en"
    client.send("/language", {"locale": "zh_Hans", "next": "/sign-in"})
    assert lang(client.get("/sign-in", headers=english)) == "zh"
