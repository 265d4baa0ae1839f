"""Sends one good request after another over one connection and prints how long they took, as JSON.

usage: good_client.py PORT PATH TOKEN SECONDS
"""

import json
import socket
import sys
import time

PAUSE = 0.003


class Connection:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bool:
        """Whether the answer was good."""
        self._socket.sendall(request)
        said = b""
        while b"\r\n\r\n" not in said:
            said += self._receive()
        head, _, body = said.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self._receive()
        return head.startswith(b"HTTP/1.1 200")

    def _receive(self) -> bytes:
        said = self._socket.recv(65536)
        if not said:
            raise ConnectionError("closed")
        return said


def main() -> None:
    port, path, token, seconds = int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    times, failed, connection = [], 0, None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            connection = connection or Connection(port)
            if not connection.ask(request):
                failed += 1
        except OSError:
            failed, connection = failed + 1, None
        times.append((time.monotonic() - start) * 1000)
        time.sleep(PAUSE)
    times.sort()
    print(json.dumps({"count": len(times), "failed": failed, "p50_ms": round(times[len(times) // 2], 2),
                      "p99_ms": round(times[len(times) * 99 // 100], 2), "max_ms": round(times[-1], 2)}))


if __name__ == "__main__":
    main()
