"""What a browser would send back of a page's sheet form."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Collects the fields of the form `tool-form` with the values that they show."""

    def __init__(self):
        super().__init__()
        self.found, self.area, self.choice, self.inside = {}, None, None, False

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.inside = at.get("id") == "tool-form"
        elif self.inside:
            handle = getattr(self, f"on_{tag}", None)
            if handle:
                handle(at)

    def on_input(self, at):
        ticked = at.get("type") != "checkbox" or "checked" in at
        if ticked and at.get("name"):
            self.found[at["name"]] = at.get("value") or ""

    def on_textarea(self, at):
        self.area = at["name"]
        self.found[self.area] = ""

    def on_select(self, at):
        self.choice = at["name"]

    def on_option(self, at):
        if self.choice and "selected" in at:
            self.found[self.choice] = at["value"]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.choice = None

    def handle_data(self, data):
        if self.area and self.inside:
            self.found[self.area] += data


def form_fields(page):
    """The fields of the sheet's form, without its token."""
    reader = FormReader()
    reader.feed(page)
    reader.found.pop("csrf_token", None)
    return reader.found
