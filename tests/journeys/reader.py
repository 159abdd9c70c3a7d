"""A reader of pages without a screen: sees the forms of a page and sends them as a browser would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from cp_circles.people import services as people

OK = {200, 302, 303}


@dataclass
class PageForm:
    """One form: where it goes, and what it would send untouched."""

    action: str
    method: str = "get"
    values: dict[str, list[Any]] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class FormParser(HTMLParser):
    """Collects the forms of a page and its visible text."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.texts = address, [], []
        self.by_id: dict[str, PageForm] = {}
        self._open: PageForm | None = None
        self._area = self._select = self._option = ""
        self._typed = self._label = ""
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a form, a field or a choice."""
        facts = {key: value or "" for key, value in attrs}
        if tag in {"script", "style", "template"}:
            self._quiet += 1
        if tag == "form":
            self._open = PageForm(urljoin(self.address, facts.get("action", "")), facts.get("method", "get"))
            self.forms.append(self._open)
            self.by_id[facts.get("id", "")] = self._open
        form = self.by_id.get(facts["form"], self._open) if "form" in facts else self._open
        if form is None or "disabled" in facts:
            return
        name = facts.get("name", "")
        if tag == "input":
            self._input(form, name, facts)
        elif tag == "textarea":
            self._area, self._typed = name, ""
        elif tag == "select":
            self._select = name
            form.options.setdefault(name, [])
        elif tag == "option" and self._select:
            self._choice(form, facts)
        elif tag == "button" and name:
            form.buttons.append((name, facts.get("value", "")))

    def _input(self, form: PageForm, name: str, facts: dict[str, str]) -> None:
        kind, value = facts.get("type", "text"), facts.get("value", "")
        if not name or kind in {"submit", "button", "file", "image"}:
            return
        if kind in {"radio", "checkbox"}:
            value = value or "on"
            form.options.setdefault(name, []).append((value, ""))
            if "checked" in facts:
                form.values.setdefault(name, []).append(value)
            return
        form.values.setdefault(name, []).append(value)

    def _choice(self, form: PageForm, facts: dict[str, str]) -> None:
        self._option, self._label = facts.get("value", ""), ""
        first = not form.options[self._select]
        form.options[self._select].append((self._option, ""))
        if first or "selected" in facts:
            form.values[self._select] = [self._option]

    def handle_data(self, data: str) -> None:
        """Text of a field, a choice, or the page."""
        if self._area:
            self._typed += data
        if self._select and self._open is not None and self._open.options.get(self._select):
            value, label = self._open.options[self._select][-1]
            self._open.options[self._select][-1] = (value, (label + data).strip())
        if not self._quiet:
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag in {"script", "style", "template"}:
            self._quiet -= 1
        if tag == "textarea" and self._area and self._open is not None:
            self._open.values.setdefault(self._area, []).append(self._typed.removeprefix("\n"))
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._open = None


@dataclass
class Page:
    """A page that was read: its address, status, body, forms and text."""

    address: str
    status: int
    body: str
    forms: list[PageForm]
    text: str

    def form(self, action: str) -> PageForm:
        """The form that goes to an address which ends like this."""
        found = [one for one in self.forms if one.method == "post" and one.action.endswith(action)]
        assert found, f"{self.address} ({self.status}) has no form to {action}: " + str(
            [one.action for one in self.forms if one.method == "post"]
        )
        return found[0]

    def has_form(self, action: str) -> bool:
        """True if such a form is on the page."""
        return any(one.method == "post" and one.action.endswith(action) for one in self.forms)


class Reader:
    """One person at a browser of their own, signed in by the shared clock."""

    def __init__(self, app: Any, session: Any, person: Any, clock: Any, locale: str) -> None:
        self.app, self.session, self.person, self.clock, self.locale = app, session, person, clock, locale
        self.client = app.test_client()
        self.last: Page | None = None

    def enter(self) -> Reader:
        """A fresh sign-in at the clock's moment, which also counts as a recent password."""
        if self.person is None:
            return self
        token, _ = people.sign_in(
            self.session, person=self.person, password=None, address="127.0.0.1", agent="journey",
            now=self.clock.now(),
        )  # fmt: skip
        self.session.commit()
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie.update({"_user_id": token, "_fresh": True, "locale": self.locale})
        return self

    def get(self, path: str) -> Page:
        """Read a page; anything but a page fails."""
        self.session.commit()
        answer = self.client.get(path, follow_redirects=True)
        return self._page(answer, path)

    def send(self, page: Page | str, action: str, files: Any = None, button: str = "", **values: Any) -> Page:
        """Fill the form that goes to `action` and send it; a refusal fails with the page's text."""
        page = self.get(page) if isinstance(page, str) else page
        form = page.form(action)
        unknown = set(values) - set(form.values) - set(form.options)
        data: dict[str, Any] = {key: list(given) for key, given in form.values.items()}
        for name, value in values.items():
            data[name] = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in form.buttons:
            if button and name == button.split("=")[0] and value == button.partition("=")[2]:
                data[name] = [value]
        flat = {key: given if len(given) != 1 else given[0] for key, given in data.items()}
        self.session.commit()
        extra = {"data": flat | (files or {})}
        if files:
            extra["content_type"] = "multipart/form-data"
        answer = self.client.post(form.action, follow_redirects=True, **extra)
        sent = self._page(answer, form.action)
        assert not unknown, f"{page.address} has no fields {sorted(unknown)}: {sorted(form.values)}"
        return sent

    def _page(self, answer: Any, path: str) -> Page:
        body = answer.get_data(as_text=True) if answer.mimetype.startswith("text") else ""
        address = answer.request.path
        status = answer.status_code
        answer.close()
        self.session.expire_all()
        parser = FormParser(address)
        parser.feed(body)
        text = " ".join(" ".join(parser.texts).split())
        self.last = Page(address, status, body, parser.forms, text)
        assert status == 200, f"{self.locale} {path} -> {address}: {status}\n{text[:1500]}"
        return self.last
