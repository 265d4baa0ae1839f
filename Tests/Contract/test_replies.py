"""What judges answers finds what is wrong with them."""

import json
import unittest

from contract import Contract
from replies import Replies

USER = {"id": "019aa5c0-11aa-7f00-9c3b-5a0d4e6b7c21", "email": "ada@example.org", "name": "Ada",
        "created_at": "2026-11-21T09:30:00.123Z", "updated_at": "2026-11-21T09:30:00.123Z"}
PROBLEM = {"type": "/problems/not_found", "title": "Not found", "status": 404, "detail": "There is no such user.",
           "instance": "/api/v1/users/x", "code": "not_found", "request_id": "test"}


def reply(status: int = 200, body=USER, method: str = "GET", template: str | None = "/api/v1/users/{id}",
          **headers: str | None) -> dict:
    media = "application/json" if status < 400 else "application/problem+json"
    fields = {"Content-Type": media, "X-Request-Id": "test", "X-Content-Type-Options": "nosniff",
              "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
              "Content-Security-Policy": "default-src 'none'",
              "Cache-Control": "no-store"}
    if status < 400:
        fields["ETag"] = '"abc"'
    for name, value in headers.items():
        fields[name.replace("_", "-")] = value
    return {"method": method, "template": template, "status": status,
            "headers": {name: value for name, value in fields.items() if value is not None},
            "body": body if isinstance(body, str) else json.dumps(body)}


class RepliesTests(unittest.TestCase):
    contract = Contract.read(is_closed=True)

    def faults(self, *arguments, **more) -> list[str]:
        return Replies(self.contract).faults(reply(*arguments, **more))

    def test_right_answers_pass(self):
        self.assertEqual(self.faults(), [])
        self.assertEqual(self.faults(404, PROBLEM), [])
        self.assertEqual(self.faults(404, {**PROBLEM}, template=None), [])
        self.assertEqual(self.faults(200, "", method="HEAD"), [])
        self.assertEqual(self.faults(304, "", Content_Type=None), [])
        method = {**PROBLEM, "status": 405, "code": "method_not_allowed", "type": "/problems/method_not_allowed"}
        self.assertEqual(self.faults(405, method, method="POST", Allow="DELETE, GET"), [])

    def test_wrong_answers_are_found(self):
        for wrong in (
            reply(299), reply(418, PROBLEM), reply(template="/api/v1/nothing"), reply(ETag=None), reply(ETag="abc"),
            reply(Content_Type="text/plain"), reply(Content_Type=None), reply(X_Request_Id=None),
            reply(X_Content_Type_Options=None), reply(Cache_Control=None), reply(X_Powered_By="me"), reply(body="{"),
            reply(body='{"id":1,"id":2}'), reply(body={}), reply(body={**USER, "age": 36}),
            reply(body={**USER, "created_at": "yesterday"}), reply(body={**USER, "id": "x"}), reply(body=[USER]),
            reply(404, {**PROBLEM, "status": 400}), reply(404, {**PROBLEM, "code": "forbidden"}),
            reply(404, {**PROBLEM, "errors": []}), reply(404, USER), reply(409, PROBLEM),
            reply(method="HEAD"), reply(304, Content_Type=None), reply(304, "", Content_Type="application/json"),
            reply(405, PROBLEM, method="POST", Allow="GET"), reply(200, template=None),
        ):
            with self.subTest(wrong):
                self.assertNotEqual(Replies(self.contract).faults(wrong), [])

    def test_what_nobody_has_seen_is_told(self):
        replies = Replies(self.contract)
        self.assertIn("GET /api/v1/users/{id} 200", replies.unseen())
        replies.faults(reply())
        self.assertNotIn("GET /api/v1/users/{id} 200", replies.unseen())


if __name__ == "__main__":
    unittest.main()
