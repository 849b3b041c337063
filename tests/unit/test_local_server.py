"""The one origin: production's headers everywhere, static files, the outbox, and who may use the local tools."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from chalice import Chalice, Response
from hypothesis import given
from hypothesis import strategies as st

from local import portal
from local.functions import Functions, UnknownFunctionError
from local.headers import security_headers
from local.layout import StartError
from local.outbox import Sent, as_json, as_page
from local.progress import Progress
from local.pump import Pump
from local.server import Site
from local.tools import Tools
from local.wsgi import ChaliceWSGI
from tests.unit.test_local_wsgi import environ

OUTPUTS = {"CardTable": "card", "NotifyQueue": "http://queue", "StreamDeadLetters": "http://dead"}
MESSAGES = [Sent("sms", "+79990000000", "", "Код 123456", "2026-01-01T00:00:00.000Z")]


class FakeOutbox:
    def __init__(self) -> None:
        self.down = False

    def messages(self):
        if self.down:
            raise OSError("emulator is down")
        return MESSAGES


def make_app() -> Chalice:
    app = Chalice("stub")

    @app.route("/api/openapi.json")
    def openapi():
        return Response({}, headers={"X-Content-Type-Options": "sniff", "Cache-Control": "max-age=60"})

    @app.route("/api/thing")
    def thing():
        return {}

    @app.route("/api/empty")
    def empty():
        return Response("", status_code=204)

    @app.on_dynamodb_record(stream_arn="set-in-infra", name="on_card_change")
    def on_card_change(event):
        return None

    @app.schedule("rate(1 hour)", name="sweep")
    def sweep(event):
        return {"swept": event.detail_type}

    @app.lambda_function(name="appoint_administrator")
    def appoint(event, context):
        if event.get("fail"):
            raise RuntimeError("secret detail")
        return {"got": event, "left": context.get_remaining_time_in_millis() > 0}

    return app


PAGES = {
    "index.html": "<p>portal",
    "outside/r.html": "<p>prescription",
    "assets/a.1f.js": "export {};",
    "assets/a.1f.js.br": "as brotli",
    "assets/a.1f.js.gz": "as gzip",
    "manifest.webmanifest": "{}",
    ".built": "made of this",
}


def dist(folder):
    """A built portal, as small as can be."""
    for name, text in PAGES.items():
        (folder / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "dist" / name).write_text(text)
    return folder / "dist"


class Browser:
    """Calls the site as a server would; keeps no state."""

    def __init__(self, folder) -> None:
        app = make_app()
        self.box = FakeOutbox()
        pump = Pump(app, lambda _: None, OUTPUTS, Progress(folder / "pump.json"))
        self.site = Site(ChaliceWSGI(app), Tools(pump, self.box, lambda: {"url": "here"}).answer, dist(folder))

    def __call__(self, method, path, body=b"", **more):
        got = {}

        def start_response(status, headers):
            got.update(status=int(status[:3]), headers=headers)

        more = {"HTTP_HOST": "localhost:8000", **more}
        content = b"".join(self.site(environ(method, path, body, **more), start_response))
        return got["status"], dict(got["headers"]), content


@pytest.fixture
def browse(tmp_path):
    return Browser(tmp_path)


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/card/42", 200),
        ("GET", "/assets/a.1f.js", 200),
        ("GET", "/.built", 404),
        ("GET", "/missing.js", 404),
        ("POST", "/", 405),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/thing", 200),
        ("GET", "/api/empty", 204),
        ("GET", "/api", 404),
        ("GET", "/fhir/Patient", 404),
        ("GET", "/.well-known/jwks.json", 404),
        ("GET", "/r/token", 200),
        ("DELETE", "/api/thing", 405),
        ("GET", "/_local/outbox", 200),
        ("GET", "/_local/metrics", 200),
        ("GET", "/_local/nothing", 404),
        ("DELETE", "/_local/outbox", 405),
    ],
)
def test_every_answer_has_the_headers_of_production(browse, method, path, status):
    got, headers, body = browse(method, path)
    assert got == status
    for name, value in security_headers().items():
        assert headers[name] == value
    assert "Cache-Control" in headers
    if status >= 400:
        assert headers["Content-Type"] == "application/problem+json"
        assert json.loads(body)["status"] == status
    if path.startswith("/api") and path != "/api/openapi.json":
        assert headers["Cache-Control"] == "no-store"
    assert headers.get("Content-Length") == (None if status == 204 else str(len(body)))


def test_the_policy_is_strict():
    policy = security_headers()["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    assert policy.startswith("default-src 'none';")


def test_head_has_no_body(browse):
    status, headers, body = browse("HEAD", "/")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    "path", ["/../index.html.x", "/%2e%2e/%2e%2e/pyproject.toml", "/..%2f..%2fpyproject.toml", "/a%00.css", "//etc/a.b"]
)
def test_no_way_out_of_the_folder(browse, path):
    assert browse("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("path", "cache", "kind", "text"),
    [
        ("/", "no-cache", "text/html", "<p>portal"),
        ("/assets/nothing", "no-cache", "text/html", "<p>portal"),
        ("/r/code", "no-cache", "text/html", "<p>prescription"),
        ("/assets/a.1f.js", portal.IMMUTABLE, "text/javascript", "export {};"),
        ("/manifest.webmanifest", "no-cache", "application/manifest+json", "{}"),
    ],
)
def test_files_of_the_built_portal(browse, path, cache, kind, text):
    status, headers, body = browse("GET", path)
    assert (status, headers["Cache-Control"], body.decode()) == (200, cache, text)
    assert headers["Content-Type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "encoding", "text"),
    [
        ("gzip, deflate, br, zstd", "br", "as brotli"),
        ("gzip;q=0.5", "gzip", "as gzip"),
        ("identity", None, "export {};"),
        ("", None, "export {};"),
    ],
)
def test_files_go_out_compressed_as_the_browser_takes_them(browse, accepted, encoding, text):
    _, headers, body = browse("GET", "/assets/a.1f.js", HTTP_ACCEPT_ENCODING=accepted)
    assert (headers.get("Content-Encoding"), body.decode()) == (encoding, text)
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_what_the_browser_has_is_not_sent_again(browse):
    _, first, _ = browse("GET", "/")
    status, headers, body = browse("GET", "/", HTTP_IF_NONE_MATCH=f'"other", {first["ETag"]}')
    assert (status, headers["Cache-Control"], body) == (304, "no-cache", b"")
    assert "Content-Length" not in headers
    assert browse("GET", "/assets/a.1f.js", HTTP_IF_NONE_MATCH=first["ETag"])[0] == 200


def test_without_a_built_portal_the_page_says_what_to_do(tmp_path):
    status, headers, body = portal.answer(tmp_path, "/card")
    assert (status, dict(headers)["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert "make portal" in body.decode()


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def parsed(page: bytes) -> Tags:
    tags = Tags()
    tags.feed(page.decode())
    return tags


def test_the_outbox_keeps_the_policy(browse):
    """No inline script or style, nothing from elsewhere; every local link leads somewhere."""
    tags = parsed(browse("GET", "/_local/outbox")[2]).tags
    assert {t for t, _ in tags}.isdisjoint({"script", "style", "iframe", "object"})
    for tag, attributes in tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        for name in ("href", "src"):
            if name in attributes:
                assert urlsplit(attributes[name]).netloc == ""
                assert browse("GET", attributes[name])[0] == 200


def test_the_outbox_shows_and_lists_what_was_sent(browse):
    assert "Код 123456" in browse("GET", "/_local/outbox")[2].decode()
    listed = json.loads(browse("GET", "/_local/outbox.json")[2])
    assert listed == json.loads(as_json(MESSAGES))
    assert listed["messages"][0]["to"] == "+79990000000"
    assert "Nothing yet" in as_page([]).decode()


@pytest.mark.requirement("SEC-3")
@given(
    kind=st.text(), to=st.text(), subject=st.text(), text=st.text(), hostile=st.sampled_from(["<script>", "{0}", '">'])
)
def test_no_message_can_add_to_the_page(kind, to, subject, text, hostile):
    plain = parsed(as_page([Sent("k", "t", "s", "x", "w")])).tags
    assert parsed(as_page([Sent(kind, to + hostile, subject + hostile, text + hostile, hostile)])).tags == plain


def test_a_dead_emulator_is_an_answer_too(browse):
    browse.box.down = True
    status, _, body = browse("GET", "/_local/outbox.json")
    assert (status, json.loads(body)["code"]) == (500, "internal")


def test_health(browse):
    health = json.loads(browse("GET", "/_local/health")[2])
    assert (health["status"], health["url"], health["functions"]) == ("ok", "here", ["appoint_administrator"])


def test_a_schedule_can_be_fired(browse):
    status, _, body = browse("POST", "/_local/schedule/sweep")
    assert (status, json.loads(body)) == (200, {"result": {"swept": "Scheduled Event"}})
    assert browse("POST", "/_local/schedule/appoint_administrator")[0] == 404


def test_a_plain_function_can_be_called(browse):
    status, _, body = browse("POST", "/_local/function/appoint_administrator", b'{"snils": "1"}')
    assert (status, json.loads(body)) == (200, {"result": {"got": {"snils": "1"}, "left": True}})
    assert browse("POST", "/_local/function/on_card_change", b"{}")[0] == 404
    assert browse("POST", "/_local/function/nothing", b"{}")[0] == 404
    assert browse("POST", "/_local/function/appoint_administrator", b"not json")[0] == 400
    assert browse("POST", "/_local/function/appoint_administrator", b"1" * (2 * 1024 * 1024))[0] == 400


def test_a_failing_function_tells_nothing_of_its_inside(browse):
    status, _, body = browse("POST", "/_local/function/appoint_administrator", b'{"fail": true}')
    assert status == 500
    assert b"secret" not in body


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(
    "foreign",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_HOST": "rebound.example:8000"},
        {"HTTP_HOST": ""},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_nobody_else_may_use_the_tools(browse, foreign):
    for method, path in [("GET", "/_local/outbox.json"), ("POST", "/_local/function/appoint_administrator")]:
        assert browse(method, path, b"{}", **foreign)[0] == 403


def test_the_own_page_may_use_the_tools(browse):
    own = {"HTTP_ORIGIN": "http://localhost:8000", "HTTP_SEC_FETCH_SITE": "same-origin"}
    assert browse("POST", "/_local/schedule/sweep", **own)[0] == 200


def test_a_source_that_nobody_bound_stops_the_start(tmp_path):
    app = Chalice("stub")

    @app.on_dynamodb_record(stream_arn="x", name="on_nothing")
    def on_nothing(event):
        return None

    with pytest.raises(StartError, match="on_nothing is bound to no store"):
        Pump(app, lambda _: None, OUTPUTS, Progress(tmp_path / "pump.json"))


def test_an_unknown_kind_of_source_stops_the_start(tmp_path):
    app = Chalice("stub")

    @app.on_sns_message(topic="x", name="on_topic")
    def on_topic(event):
        return None

    with pytest.raises(StartError, match="on_topic"):
        Pump(app, lambda _: None, OUTPUTS, Progress(tmp_path / "pump.json"))


def test_a_function_gets_and_gives_json_only():
    app = Chalice("stub")

    @app.lambda_function(name="set_maker")
    def set_maker(event, context):
        return {1, 2}

    with pytest.raises(TypeError):
        Functions(app).invoke("set_maker", {})
    with pytest.raises(TypeError):
        Functions(app).invoke("set_maker", {"x": b"bytes"})
    with pytest.raises(UnknownFunctionError):
        Functions(app).invoke("nothing", {})
