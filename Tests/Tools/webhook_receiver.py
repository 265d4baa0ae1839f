"""A webhook receiver that knows nothing of Millrace: it checks signatures as the Standard Webhooks
specification describes them and writes down what it received, a line of JSON for each request.

usage: webhook_receiver.py SECRET OUTPUT   (prints the port it listens on)
"""

import base64
import hashlib
import hmac
import http.server
import json
import sys
import time


def verified(secret: bytes, headers, body: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and any(version == "v1" and hmac.compare_digest(value, expected) for version, value in given)


def main() -> None:
    secret = base64.b64decode(sys.argv[1].removeprefix("whsec_"))
    output = open(sys.argv[2], "a", buffering=1)

    class Receiver(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            line = {
                "id": self.headers["webhook-id"],
                "attempt": self.headers["millrace-attempt"],
                "kind": self.headers["millrace-kind"],
                "verified": verified(secret, self.headers, body),
                "body": base64.b64encode(body).decode(),
            }
            output.write(json.dumps(line) + "\n")
            # The first delivery of a job that asks for it fails, to be tried again.
            again = b'"fail_first"' in body and self.headers["millrace-attempt"] == "1"
            self.send_response(503 if again else 200)
            answer = b'{"received": true}'
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
