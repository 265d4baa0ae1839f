"""The published document is sound, and everything in it agrees with itself."""

import unittest

from openapi_spec_validator import OpenAPIV31SpecValidator

from contract import METHODS, Contract


def places(node, place: tuple = ()):
    """Every mapping in the document with its place."""
    if isinstance(node, dict):
        yield place, node
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(value, (*place, name))


class DocumentTests(unittest.TestCase):
    contract = Contract.read()
    document = contract.document

    def check(self, place: tuple, example, whence: str) -> None:
        with self.subTest(whence):
            self.assertEqual(self.contract.faults(place, example), [])

    def test_it_is_an_openapi_document(self):
        self.assertEqual([error.message for error in OpenAPIV31SpecValidator(self.document).iter_errors()], [])

    def test_the_validator_can_fail(self):
        broken = {**self.document, "paths": {"/x": {"get": {"responses": {"200": {}}}}}}
        self.assertNotEqual(list(OpenAPIV31SpecValidator(broken).iter_errors()), [])

    def test_examples_and_defaults_are_what_their_schemas_describe(self):
        count = 0
        for place, node in places(self.document):
            if "example" in place or "examples" in place or "properties" == (place or ("",))[-1]:
                continue
            label = "/".join(map(str, place))
            if "schema" in node:
                values = [node["example"]] if "example" in node else []
                values += [example["value"] for example in node.get("examples", {}).values()]
                schema = (*place, "schema")
            else:
                values = node["examples"] if isinstance(node.get("examples"), list) else []
                values = values + ([node["default"]] if "default" in node and place[:2] != ("info",) else [])
                schema = place
            for value in values:
                count += 1
                self.check(schema, value, label)
        self.assertGreater(count, 50)

    def test_every_operation_is_described(self):
        names = set()
        tags = {tag["name"] for tag in self.document["tags"]}
        for method, path, place in self.contract.operations():
            operation = self.contract.at(place)
            with self.subTest(f"{method} {path}"):
                self.assertTrue(operation["summary"])
                self.assertIn("security", operation)
                self.assertLessEqual(set(operation["tags"]), tags)
                self.assertNotIn(operation["operationId"], names)
                names.add(operation["operationId"])
                self.assertTrue(any(status.startswith("2") for status in operation["responses"]))

    def test_every_request_body_has_an_example(self):
        for method, path, place in self.contract.operations():
            if "requestBody" not in self.contract.at(place):
                continue
            for media in self.contract.at(self.contract.follow((*place, "requestBody")))["content"].values():
                with self.subTest(f"{method} {path}"):
                    self.assertTrue("example" in media or "examples" in media)

    def test_every_parameter_is_described(self):
        for path, item in self.document["paths"].items():
            lists = [("paths", path)] + [("paths", path, method) for method in METHODS if method in item]
            for owner in lists:
                for index in range(len(self.contract.at(owner).get("parameters", []))):
                    place = self.contract.follow((*owner, "parameters", index))
                    parameter = self.contract.at(place)
                    schema = self.contract.at(self.contract.follow((*place, "schema")))
                    with self.subTest(f"{path} {parameter['name']}"):
                        self.assertTrue(parameter.get("description") or schema.get("description"))

    def test_every_component_is_used(self):
        # What is answered before there is an operation, or where there is none, has no place to be used at.
        used = {f"#/components/responses/{name}" for name in ("ExpectationFailed", "MethodNotAllowed")}
        used |= {node["$ref"] for _, node in places(self.document) if isinstance(node.get("$ref"), str)}
        for sort, components in self.document["components"].items():
            for name in components if sort != "securitySchemes" else ():
                self.assertIn(f"#/components/{sort}/{name}", used)

    def test_every_problem_code_has_a_place(self):
        codes = set(self.document["components"]["schemas"]["ProblemCode"]["enum"])
        told = set()
        for place, node in places(self.document):
            if place[-1:] == ("code",) and "responses" in place and isinstance(node.get("enum"), list):
                told |= set(node["enum"])
        self.assertEqual(told, codes)


if __name__ == "__main__":
    unittest.main()
