"""A browser that follows links and forms, keeps cookies, and runs nothing."""

import http.client
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Form:
    action: str
    method: str
    origin: str  # of the page that has it, as the browser would tell
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, address: str, policy: str) -> None:
        super().__init__()
        self.address = address
        parts = urlsplit(address)
        self._origin = "null" if policy == "no-referrer" else f"{parts.scheme}://{parts.netloc}"
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, given.get("action", ""))
            self.forms.append(Form(action, given.get("method", "get").upper(), self._origin))
        elif tag == "a":
            self.links.append(urljoin(self.address, given.get("href", "")))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[given.get("name", "")] = given.get("value", "")
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self.forms:
            chosen = self.forms[-1].fields
            if "selected" in given or self._select not in chosen:
                chosen[self._select] = given.get("value", "")


@dataclass
class Page:
    address: str
    status: int
    headers: http.client.HTTPMessage
    text: str
    forms: list[Form]
    links: list[str]

    def form(self, part: str) -> Form:
        """The one whose action contains the text."""
        [found] = [form for form in self.forms if part in form.action]
        return found

    def link(self, part: str) -> str:
        return next(link for link in self.links if part in link)


class Browser:
    def __init__(self) -> None:
        self.cookies: dict[str, dict[str, str]] = {}
        self.headers: dict[str, str] = {}  # sent with every request

    def open(self, address: str, form: Form | None = None) -> Page:
        """The page that is there in the end, after redirects."""
        for _ in range(10):
            page = self._ask(address, form)
            location = page.headers["Location"]
            if page.status not in (302, 303) or location is None:
                return page
            address, form = urljoin(address, location), None
        raise AssertionError(f"redirected for ever, to {address}")

    def submit(self, form: Form, **changes: str) -> Page:
        return self.open(form.action, replace(form, fields=form.fields | changes))

    def _ask(self, address: str, form: Form | None) -> Page:
        parts = urlsplit(address)
        # Cookies know hosts, though no ports.
        jar = self.cookies.setdefault(parts.hostname or "", {})
        headers = dict(self.headers)
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        body = None
        if form is not None:
            assert form.method == "POST"
            body = urlencode(form.fields)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": form.origin}
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        try:
            target = parts.path or "/"
            connection.request("GET" if form is None else "POST", f"{target}?{parts.query}" if parts.query else target, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            jar[name] = value
        reader = _Reader(address, answer.headers.get("Referrer-Policy", ""))
        reader.feed(text)
        return Page(address, answer.status, answer.headers, text, reader.forms, reader.links)
