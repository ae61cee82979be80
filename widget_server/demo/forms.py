"""HTML pages as a person uses them: find a form, fill it in, press a button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from widget_server.demo.process import DemoFailed

TIMEOUT_SECONDS = 20.0
SHOWN_CHARACTERS = 400


@dataclass
class Form:
    """A form as the page has it: where it goes and what its fields hold."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What came back: the address that it came from in the end, and its HTML."""

    url: str
    html: str

    def form(self, path: str) -> Form:
        """The form that goes to `path`. Raises `DemoFailed` when there is none."""
        reader = _Reader()
        reader.feed(self.html)
        for form in reader.forms:
            form.action = urljoin(self.url, form.action)
            if urlsplit(form.action).path == path:
                return form
        raise DemoFailed(f"{self.url} has no form that goes to {path}:\n{self.excerpt}")

    def text_of(self, element_id: str) -> str:
        """The text in the element with that id, "" when there is none."""
        reader = _Reader(element_id)
        reader.feed(self.html)
        return "".join(reader.text)

    @property
    def excerpt(self) -> str:
        """The start of what a person would read."""
        reader = _Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.words).split())[:SHOWN_CHARACTERS]


class Visitor:
    """A person with a browser that keeps cookies and follows redirects."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # everything here is on this machine

    def open(self, url: str) -> Page:
        """Go to `url`. Raises `DemoFailed` when it isn't a page."""
        return self._page("GET", url)

    def submit(self, page: Page, path: str, **answers: str) -> Page:
        """Fill the form of `page` that goes to `path` in with `answers`, a button's name and value among them."""
        form = page.form(path)
        kept = [(name, value) for name, value in form.fields if name not in answers]
        parts = urlsplit(page.url)
        headers = {"Origin": f"{parts.scheme}://{parts.netloc}", "Referer": page.url}
        return self._page(form.method, form.action, data=[*kept, *answers.items()], headers=headers)

    def close(self) -> None:
        """Forget everything."""
        self._session.close()

    def _page(
        self,
        method: str,
        url: str,
        data: list[tuple[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Page:
        try:
            response = self._session.request(method, url, data=data, headers=headers, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise DemoFailed(f"{url} can't be reached: {error}") from None
        page = Page(response.url, response.text)
        if not response.ok:
            raise DemoFailed(f"{method} {response.url} answered {response.status_code}:\n{page.excerpt}")
        return page


class _Reader(HTMLParser):
    """Forms with what their fields hold, the words, and the text of one element."""

    def __init__(self, element_id: str | None = None) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._wanted = element_id
        self._inside: str | None = None
        self._silent = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if self._wanted is not None and given.get("id") == self._wanted:
            self._inside = tag
        if tag in ("style", "script"):
            self._silent = True
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and _is_sent(given):
            self._form.fields.append((given["name"], given.get("value", "on")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == self._inside:
            self._inside = None
        if tag in ("style", "script"):
            self._silent = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text.append(data)
        if not self._silent:
            self.words.append(data)


def _is_sent(given: dict[str, str]) -> bool:
    """Whether a browser sends this input when nobody touched it."""
    kind = given.get("type", "text").lower()
    if "name" not in given or "disabled" in given or kind in ("submit", "button", "image", "reset", "file"):
        return False
    return kind not in ("checkbox", "radio") or "checked" in given
