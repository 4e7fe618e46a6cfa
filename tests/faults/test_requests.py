"""HTTP that is none, or means two things at once: at most one answer, which is an error, and the connection ends."""

from typing import Final

from tests.faults.standing import Standing
from tests.support.http import answer_to_bytes

HOST: Final = b"Host: 127.0.0.1\r\n"
GET: Final = b"GET /healthz HTTP/1.1\r\n" + HOST
POST: Final = b"POST /healthz HTTP/1.1\r\n" + HOST
SMUGGLED: Final = b"GET /metrics HTTP/1.1\r\n" + HOST + b"\r\n"

BAD_REQUESTS: Final = {
    "a greeting": b"HELLO\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "HTTP/9": b"GET /healthz HTTP/9\r\n" + HOST + b"\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\nX: y\r\n\r\n",
    "two hosts": GET + b"Host: evil.example\r\n\r\n",
    "a host with a path": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1/evil\r\n\r\n",
    "a host whose port has 5,000 digits": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:" + b"9" * 5000 + b"\r\n\r\n",
    "a foreign host": b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a method that does not exist": b"BREW /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
    "a header without a colon": GET + b"X\r\n\r\n",
    "a space before the colon": POST + b"Content-Length : 0\r\n\r\n",
    "a zero byte in a header": GET + b"X: a\0b\r\n\r\n",
    "a carriage return in a header": GET + b"X: a\rb\r\n\r\n",
    "a line that goes on": b"GET /healthz HTTP/1.1\r\n folded\r\n" + HOST + b"\r\n",
    "a negative length": POST + b"Content-Length: -5\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +5\r\n\r\nhello",
    "a length of 5,000 digits": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "a length that is none": POST + b"Content-Length: 0x5\r\n\r\nhello",
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + SMUGGLED,
    "two lengths in one": POST + b"Content-Length: 0, 5\r\n\r\n" + SMUGGLED,
    "a length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks of another kind": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks, but not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk of a negative size": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + SMUGGLED,
    "a chunk of a size that is none": POST + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk of a size without end": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n",
    "a chunk longer than it says": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
    "an endless line": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "an endless header": GET + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "10,000 headers": GET + b"".join(b"X%d: y\r\n" % number for number in range(10_000)) + b"\r\n",
    "the same header 10,000 times": GET + b"X: y\r\n" * 10_000 + b"\r\n",
    "a body that nobody asked for": POST + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello",
    "a form that is none": POST
    + b"Connection: close\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x\r\n",
    "a form of another alphabet": POST
    + b"Connection: close\r\nContent-Type: multipart/form-data; boundary=\xff\xfe\r\nContent-Length: 3\r\n\r\n\xff--",
}


async def test_bad_requests_get_one_error_at_most_and_nothing_is_smuggled_behind_them(scene: Standing) -> None:
    for name, request in BAD_REQUESTS.items():
        try:
            answer = await answer_to_bytes(scene.address, request)
        except ConnectionResetError:
            # It was cut off before all of it had been read.
            answer = b""
        except TimeoutError as error:
            error.add_note(name)
            raise
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), name
        assert answer.count(b"HTTP/1.1 ") <= 1, name
        assert b"boundary_lab_" not in answer, name
    await scene.undisturbed()
