"""The throttle holds across two server processes and a restart."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from cp_circles.people.secrets import hash_password
from tests.web_fixtures import serve

PASSWORD = "four green paper boats"
pytestmark = [pytest.mark.slow, pytest.mark.both_when_proving]


class Browser:
    """A client with cookies over real HTTP; every request opens a connection of its own."""

    def __init__(self, url):
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def try_password(self, password):
        page = self.opener.open(f"{self.url}/sign-in").read().decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        fields = {"csrf_token": token, "identifier": "wang@example.com", "password": password}
        data = urllib.parse.urlencode(fields | {"next": "/account"}).encode()
        try:
            return self.opener.open(f"{self.url}/sign-in", data).status
        except urllib.error.HTTPError as error:
            with error:
                return error.code


def test_the_eleventh_try_is_refused_by_whichever_process_and_after_a_restart(
    database_url, make, session, tmp_path
):
    make.person(email="wang@example.com", password_hash=hash_password(PASSWORD))
    session.commit()
    with serve(database_url, tmp_path) as first:
        wrong = [Browser(first.url).try_password("wrong password") for _ in range(10)]
        assert wrong == [422] * 10
        assert [Browser(first.url).try_password(PASSWORD) for _ in range(4)] == [429] * 4
    with serve(database_url, tmp_path) as second:
        assert Browser(second.url).try_password(PASSWORD) == 429
