"""The published document, openapi.yaml, and the schemas in it."""

import pathlib

import jsonschema
import referencing
import yaml
from referencing.jsonschema import DRAFT202012

PATH = pathlib.Path(__file__).resolve().parents[2] / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_URI = "urn:millrace:openapi"


class Contract:
    def __init__(self, document: dict, is_closed: bool = False) -> None:
        """`is_closed`: whether objects have no members but those that are described."""
        self.document = close(document) if is_closed else document
        resource = referencing.Resource.from_contents(self.document, default_specification=DRAFT202012)
        self._registry = referencing.Registry().with_resource(_URI, resource)
        self._validators: dict[tuple, jsonschema.Validator] = {}

    @classmethod
    def read(cls, is_closed: bool = False) -> "Contract":
        return cls(yaml.safe_load(PATH.read_text()), is_closed)

    def follow(self, place: tuple) -> tuple:
        """The place itself, or the one that it refers to."""
        reference = self.at(place).get("$ref")
        return tuple(part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/")) \
            if reference is not None else place

    def at(self, place: tuple):
        node = self.document
        for part in place:
            node = node[int(part)] if isinstance(node, list) else node[part]
        return node

    def operations(self):
        """The place of each operation, with its method and path."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield method, path, ("paths", path, method)

    def faults(self, place: tuple, value) -> list[str]:
        """Why a value is not what the schema at a place describes; nothing when it is."""
        if place not in self._validators:
            pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
            # In a URI's fragment a few characters stand for others.
            for plain, coded in (("%", "%25"), ("{", "%7B"), ("}", "%7D"), ("+", "%2B")):
                pointer = pointer.replace(plain, coded)
            self._validators[place] = jsonschema.Draft202012Validator(
                {"$ref": f"{_URI}#{pointer}"}, registry=self._registry,
                format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message[:300]}" for error in self._validators[place].iter_errors(value)]


def close(node):
    """A copy in which described objects hold nothing else."""
    if isinstance(node, list):
        return [close(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {name: close(value) for name, value in node.items()}
    if copy.get("type") == "object" and isinstance(copy.get("properties"), dict):
        copy.setdefault("additionalProperties", False)
    return copy
