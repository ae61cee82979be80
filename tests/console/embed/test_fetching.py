"""The page check's fetcher over real HTTP: it gets a page, and can't be led to anything else."""

import gzip
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serve.site import served
from widget_server.console.embed.fetching import MAX_BYTES, FetchedPage, PageFetcher
from widget_server.errors import PageNotFetched
from widget_server.network.addresses import Address, AddressPolicy, is_public

LOOPBACK = ipaddress.ip_address("127.0.0.1")
PATIENCE_SECONDS = 20


def here_too(address: Address) -> bool:
    """Public, or the one address at which the test's websites are."""
    return address == LOOPBACK or is_public(address)


@dataclass
class Website:
    """Answers with `status`, `headers` and `body` by path, and remembers what was asked."""

    pages: dict[str, tuple[str, list[tuple[str, str]], bytes]] = field(default_factory=dict)
    asked: list[WSGIEnvironment] = field(default_factory=list)

    def put(self, path: str, body: bytes = b"<p>hello", status: str = "200 OK", **headers: str) -> None:
        given = [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.pages[path] = (status, [("Content-Length", str(len(body))), *given], body)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(environ)
        status, headers, body = self.pages[environ["PATH_INFO"]]
        start_response(status, headers)
        return [body]


@pytest.fixture
def website() -> Website:
    found = Website()
    found.put("/", Content_Type="text/html; charset=utf-8", Content_Security_Policy="default-src 'self'")
    return found


@pytest.fixture
def port(website: Website) -> Iterator[int]:
    with served(website) as origin:
        yield urlsplit(origin).port or 0


@dataclass
class Names:
    """A resolver: each name's answers in turn, the last one for ever."""

    answers: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host not in self.answers:
            raise socket.gaierror
        left = self.answers[host]
        return left.pop(0) if len(left) > 1 else left[0]


def fetcher(names: Callable[[str, int], list[str]], within: float = PATIENCE_SECONDS, **more: str) -> PageFetcher:
    return PageFetcher(AddressPolicy(here_too, None), names, within=within, certificates=more.get("certificates"))


def www(*answers: list[str]) -> Names:
    return Names({"www.example.com": list(answers) or [["127.0.0.1"]]})


def test_a_page_is_fetched_by_its_name_from_the_address_that_was_checked(website: Website, port: int) -> None:
    page = fetcher(www()).fetch(f"http://www.example.com:{port}/?x=1#there")
    assert page == FetchedPage(f"http://www.example.com:{port}/?x=1", "<p>hello", ("default-src 'self'",))
    (asked,) = website.asked
    assert asked["HTTP_HOST"] == f"www.example.com:{port}"
    assert asked["QUERY_STRING"] == "x=1"
    assert "HTTP_COOKIE" not in asked
    assert "HTTP_AUTHORIZATION" not in asked


def test_a_name_is_resolved_once_so_that_it_cannot_become_another_address(website: Website, port: int) -> None:
    names = www(["127.0.0.1"], ["10.0.0.1"])
    fetcher(names).fetch(f"http://www.example.com:{port}/")
    assert names.asked == ["www.example.com"]


def test_a_redirect_to_a_name_that_has_become_private_is_refused(website: Website, port: int) -> None:
    website.put("/", status="302 Found", Location="/again")
    names = www(["127.0.0.1"], ["10.0.0.1"])
    with pytest.raises(PageNotFetched, match="isn't a public website"):
        fetcher(names).fetch(f"http://www.example.com:{port}/")
    assert len(website.asked) == 1


def test_one_private_address_among_public_ones_is_enough_to_refuse(website: Website, port: int) -> None:
    with pytest.raises(PageNotFetched, match="isn't a public website"):
        fetcher(www(["127.0.0.1", "192.168.0.1"])).fetch(f"http://www.example.com:{port}/")
    assert website.asked == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::]", "0",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "169.254.169.254"],
)  # fmt: skip
@pytest.mark.parametrize("redirected", [False, True])
def test_no_spelling_of_a_private_address_is_connected_to(
    website: Website, port: int, host: str, redirected: bool
) -> None:
    """As the product is: the system's resolver, which reads decimal and hexadecimal addresses, too."""
    website.put("/there", status="302 Found", Location=f"http://{host}/secret")
    asked = f"http://www.example.com:{port}/there" if redirected else f"http://{host}/secret"
    strict = PageFetcher() if not redirected else fetcher(_system_but_for_the_website, PATIENCE_SECONDS)
    with pytest.raises(PageNotFetched):
        strict.fetch(asked)
    assert len(website.asked) == redirected


def _system_but_for_the_website(host: str, port: int) -> list[str]:
    """`www.example.com` is the test's; whatever else says that it is loopback must be refused, so it is moved."""
    if host == "www.example.com":
        return ["127.0.0.1"]
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    return ["127.0.0.2" if each == "127.0.0.1" else each for each in found]


@pytest.mark.parametrize(
    "there", ["file:///etc/passwd", "ftp://www.example.com/", "gopher://www.example.com/", "javascript:alert(1)",
              "http://[", "//user:pass@www.example.com/", "http://www.example.com:99999/"],
)  # fmt: skip
def test_a_redirect_leads_to_web_pages_only(website: Website, port: int, there: str) -> None:
    website.put("/", status="302 Found", Location=there)
    with pytest.raises(PageNotFetched):
        fetcher(www()).fetch(f"http://www.example.com:{port}/")
    assert len(website.asked) == 1


@pytest.mark.parametrize(
    "url", ["", "www", "/", "file:///etc/passwd", "http://", "http:///x", "http://a b/", "http://www.example.com\\@x/",
            "http://user:secret@www.example.com/", "http://www.example.com:22/", "https://www.example.com:80443/",
            "http://fe80::1%25eth0/", "http://" + "x" * 3000, "http://xn--/", "http://\u2025/", "http://a..b/"],
)  # fmt: skip
def test_what_is_no_page_of_a_website_is_refused_without_a_request(url: str) -> None:
    names = Names({})
    with pytest.raises(PageNotFetched):
        PageFetcher(resolve=names).fetch(url)
    assert not {"www.example.com", "user"} & set(names.asked)


def test_redirects_are_followed_to_the_fifth(website: Website, port: int) -> None:
    for at in range(6):
        website.put(f"/{at}", status="301 Moved", Location=f"/{at + 1}")
    website.put("/6", b"<p>far")
    start = f"http://www.example.com:{port}"
    assert fetcher(www()).fetch(f"{start}/1").url == f"{start}/6"
    with pytest.raises(PageNotFetched, match="redirects more than 5 times"):
        fetcher(www()).fetch(f"{start}/0")


def test_a_page_that_is_too_large_is_cut(website: Website, port: int) -> None:
    website.put("/", gzip.compress(b"x" * (8 * MAX_BYTES)), Content_Encoding="gzip", Content_Type="text/html")
    page = fetcher(www()).fetch(f"http://www.example.com:{port}/")
    assert page.is_cut
    assert len(page.html) == MAX_BYTES


@pytest.mark.parametrize(
    ("status", "words"), [("404 Not Found", "answered 404"), ("403 No", "doesn't let programs in")]
)
def test_a_refusal_is_told(website: Website, port: int, status: str, words: str) -> None:
    website.put("/", status=status)
    with pytest.raises(PageNotFetched, match=words):
        fetcher(www()).fetch(f"http://www.example.com:{port}/")


def test_another_kind_of_file_is_told(website: Website, port: int) -> None:
    website.put("/", b"%PDF", Content_Type="application/pdf")
    with pytest.raises(PageNotFetched, match="isn't a web page"):
        fetcher(www()).fetch(f"http://www.example.com:{port}/")


def test_the_environments_proxies_are_not_asked(website: Website, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher(www()).fetch(f"http://www.example.com:{port}/").html == "<p>hello"


@contextmanager
def dripping(chunk: bytes) -> Iterator[int]:
    """A server that never ends its answer, a little at a time."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            while not over.wait(0.02):
                try:
                    connection.sendall(chunk)
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listening.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_drips_is_left_when_the_time_is_up(scheme: str) -> None:
    drop = b"HTTP/1.1 200 OK\r\nX: " if scheme == "http" else b"\x16"
    with dripping(drop) as port, pytest.raises(PageNotFetched):
        fetcher(www(), within=0.3).fetch(f"{scheme}://www.example.com:{port}/")


def test_a_resolver_that_hangs_is_left_when_the_time_is_up() -> None:
    over = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        over.wait(PATIENCE_SECONDS)
        return []

    with pytest.raises(PageNotFetched, match="longer than"):
        fetcher(hanging, within=0.1).fetch("http://www.example.com/")
    over.set()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Files of a certificate for www.example.com, which is its own authority, and of its key."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("www.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(cert_file), str(key_file)


@contextmanager
def over_tls(certificate: tuple[str, str]) -> Iterator[int]:
    """One answer over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        accepted, _ = listening.accept()
        try:
            with context.wrap_socket(accepted, server_side=True) as connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        except OSError:
            accepted.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        thread.join()
        listening.close()


def test_tls_speaks_to_the_checked_address_and_verifies_the_name(certificate: tuple[str, str]) -> None:
    with over_tls(certificate) as port:
        page = fetcher(www(), certificates=certificate[0]).fetch(f"https://www.example.com:{port}/")
    assert page.html == "hi"


@pytest.mark.parametrize("host", ["shop.example.com", "www.example.com"])
def test_a_certificate_for_another_name_or_of_nobody_is_refused(certificate: tuple[str, str], host: str) -> None:
    authority = {"certificates": certificate[0]} if host == "shop.example.com" else {}
    with over_tls(certificate) as port, pytest.raises(PageNotFetched, match="certificate isn't valid"):
        fetcher(Names({host: [["127.0.0.1"]]}), **authority).fetch(f"https://{host}:{port}/")  # type: ignore[arg-type]
