"""Judges answers of the API by the published document.

`replies.py FILE` reads what the API's tests have recorded, a JSON object a line, and fails when an answer is not as the
document says, or when the document promises a good answer that no test has seen.
"""

import collections
import json
import pathlib
import sys

import yaml

from contract import Contract

# On every answer, and described once for all of them.
PROTECTION = {"content-security-policy", "cross-origin-resource-policy", "referrer-policy", "x-content-type-options"}
COMMON = PROTECTION | {"cache-control", "connection", "content-length", "content-type", "ratelimit",
                       "ratelimit-policy", "vary", "x-request-id"}
# Of the Fetch standard, where an operator has listed a page's origin; no operation knows of it.
CROSS_ORIGIN = {"access-control-allow-origin", "access-control-expose-headers"}
# A suite that recorded fewer has recorded nothing worth a word.
FEWEST = 500


class Replies:
    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.seen: collections.Counter = collections.Counter()

    def faults(self, reply: dict) -> list[str]:
        """What is wrong with an answer: method, template (null where nothing is served), status, headers, body."""
        if reply["method"] == "OPTIONS" and reply["status"] == 204:
            return []  # A preflight, asked by the browser and not by the client.
        place = self._response(reply)
        if place is None:
            return ["the status is not documented"]
        response = self.contract.at(place)
        headers = {name.lower(): value for name, value in reply["headers"].items()}
        faults = self._header_faults(place, response, headers)
        if reply["method"] == "HEAD":
            return faults + (["an answer to HEAD has a body"] if reply["body"] else [])
        return faults + self._body_faults(place, response, headers, reply["body"])

    def _response(self, reply: dict) -> tuple | None:
        method = "get" if reply["method"] == "HEAD" else reply["method"].lower()
        status, template = str(reply["status"]), reply["template"]
        if template is None:
            # Where nothing is served, and what is refused before anybody looks where it leads to.
            names = {"400": "Malformed", "404": "NotFound", "414": "TargetTooLong"}
            return ("components", "responses", names[status]) if status in names else None
        if template not in self.contract.document["paths"]:
            return None
        operation = self.contract.document["paths"][template].get(method)
        if operation is None:
            return ("components", "responses", "MethodNotAllowed") if status == "405" else None
        if status not in operation["responses"]:
            return None
        if reply["method"] != "HEAD":
            self.seen[method, template, status] += 1
        return self.contract.follow(("paths", template, method, "responses", status))

    def _header_faults(self, place: tuple, response: dict, headers: dict) -> list[str]:
        faults = [f"{name} is absent" for name in ("x-request-id", "cache-control", *sorted(PROTECTION))
                  if name not in headers and not (name == "cache-control" and "content-type" not in headers)]
        documented = {name.lower(): name for name in response.get("headers", {})}
        for lower, name in documented.items():
            described = self.contract.follow((*place, "headers", name))
            if lower in headers:
                wrong = self.contract.faults((*described, "schema"), headers[lower])
                faults += [f"{name}: {fault}" for fault in wrong]
            elif self.contract.at(described).get("required"):
                faults.append(f"{name} is absent")
        return faults + [f"{name} is not documented" for name in headers
                         if name not in documented and name not in COMMON | CROSS_ORIGIN]

    def _body_faults(self, place: tuple, response: dict, headers: dict, body: str | None) -> list[str]:
        content = response.get("content", {})
        media = headers.get("content-type", "").split(";")[0].strip()
        if not content:
            return [f"there is a body, of type {media!r}"] if body or media else []
        if media not in content:
            return [f"the content type {media!r} is not documented"]
        if body is None:
            return []  # Too long to be recorded.
        value = body
        if media.endswith("json"):
            try:
                value = json.loads(body, object_pairs_hook=unique)
            except ValueError as error:
                return [f"the body is not JSON: {error}"]
        elif media.endswith("yaml"):
            value = yaml.safe_load(body)
        return self.contract.faults((*place, "content", media, "schema"), value)

    def unseen(self) -> list[str]:
        """The good answers that the document promises and nobody has seen."""
        return [f"{method.upper()} {path} {status}" for method, path, place in self.contract.operations()
                for status in self.contract.at(place)["responses"]
                if status[0] in "23" and not self.seen[method, path, status]]


def unique(pairs: list) -> dict:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member occurs twice")
    return dict(pairs)


def main(path: pathlib.Path) -> int:
    replies = Replies(Contract.read(is_closed=True))
    wrong: collections.Counter = collections.Counter()
    count = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            reply = json.loads(line)
            if "full" in reply:
                wrong["the recording was too long and has broken off"] += 1
                continue
            count += 1
            for fault in replies.faults(reply):
                wrong[f"{reply['method']} {reply['template']} {reply['status']}: {fault}"] += 1
    for text, times in wrong.most_common(50):
        print(f"{times} × {text}", file=sys.stderr)
    unseen = replies.unseen()
    for text in unseen:
        print(f"no test has seen {text}", file=sys.stderr)
    if count < FEWEST:
        print(f"only {count} answers were recorded", file=sys.stderr)
    if wrong or unseen or count < FEWEST:
        return 1
    print(f"{count} answers of the tests are as openapi.yaml says, {len(replies.seen)} different ones")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
