"""Runs a command with an endpoint for Application Auto Scaling that suits Terraform's AWS provider: it passes
everything on to moto, except the one operation that the provider calls and moto lacks, ListTagsForResource; nothing
has tags there.

usage: AWS_ENDPOINT_URL=<moto> with_autoscaling.py COMMAND…
"""

import http.server
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request

MOTO = os.environ["AWS_ENDPOINT_URL"].rstrip("/")


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.headers.get("x-amz-target", "").endswith(".ListTagsForResource"):
            self.answer(200, b'{"Tags":{}}')
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        request = urllib.request.Request(f"{MOTO}{self.path}", body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                self.answer(response.status, response.read())
        except urllib.error.HTTPError as error:
            self.answer(error.code, error.read())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main() -> int:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    command = subprocess.Popen(
        sys.argv[1:], env={**os.environ, "AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING": url})
    signal.signal(signal.SIGTERM, lambda *_: command.terminate())
    return command.wait()


sys.exit(main())
