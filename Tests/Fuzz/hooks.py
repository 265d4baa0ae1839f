"""What schemathesis has to know of a deployment beyond its document, and one check more."""

import os

import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

import bulk
from contract import Contract

ADMINISTRATOR, TOKEN_ID = os.environ["FUZZ_ADMINISTRATOR"], os.environ["FUZZ_TOKEN_ID"]
NOBODY = "00000000-0000-4000-8000-000000000000"
contract: Contract


@schemathesis.hook
def before_load_schema(context, raw_schema: dict) -> None:
    """Which kinds there are is the deployment's decision, and a cursor can only be taken from an answer."""
    global contract
    components = raw_schema["components"]
    components["schemas"]["JobSubmission"]["properties"]["kind"] = {"enum": os.environ["FUZZ_KINDS"].split(",")}
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "parameters" in operation:
                operation["parameters"] = [
                    parameter for parameter in operation["parameters"]
                    if parameter.get("$ref") != "#/components/parameters/Cursor"]
    del components["parameters"]["Cursor"], components["schemas"]["ReplayRequest"]["properties"]["cursor"]
    contract = Contract(raw_schema)


@schemathesis.hook
def before_call(context, case, kwargs) -> None:
    """Nothing may take away what the run itself lives by."""
    takes = case.method.upper() == "DELETE" or case.method.upper() == "PUT" and case.operation.path.endswith("/quota")
    if takes and case.path_parameters:
        for name, own in (("id", ADMINISTRATOR), ("token_id", TOKEN_ID)):
            is_whole_user = name == "id" and "token_id" in case.path_parameters
            if not is_whole_user and str(case.path_parameters.get(name)).lower() == own:
                case.path_parameters[name] = NOBODY


@schemathesis.check
def bulk_refuses_what_is_wrong(ctx, response, case) -> None:
    """A bulk submission answers for each of its jobs: a wrong one is a problem of its item."""
    if case.operation.path == bulk.PATH and response.status_code == 200:
        faults = bulk.item_faults(contract, case.body["jobs"], response.json()["items"])
        assert not faults, faults[0]


def says_in_its_items_what_is_wrong(response, case) -> bool:
    """Whether the check above judges the answer, for nothing was wrong but some of the jobs."""
    wrong = [place for place in case.meta.components if case.meta.is_negative_at(place)] if case.meta else []
    return case.operation.path == bulk.PATH and response.status_code == 200 and wrong == [ParameterLocation.BODY] \
        and bulk.blames_jobs_only(contract, case.body)


def stands_against_what_is_there(response, case) -> bool:
    """Whether all of a right submission is refused, with one status for any fault, because of what is there."""
    return case.operation.path == bulk.PATH and response.status_code == 400 \
        and str((case.query or {}).get("atomic")).lower() == "true" \
        and bulk.takes_exception_to_state_only(contract, case.body, response.json())


# The checks of the same names, but for the two answers above.
for name in ("negative_data_rejection", "positive_data_acceptance"):
    CHECKS.unregister(name)


@schemathesis.check
def negative_data_rejection(ctx, response, case) -> bool | None:
    return None if says_in_its_items_what_is_wrong(response, case) else checks.negative_data_rejection(
        ctx, response, case)


@schemathesis.check
def positive_data_acceptance(ctx, response, case) -> bool | None:
    return None if stands_against_what_is_there(response, case) else checks.positive_data_acceptance(
        ctx, response, case)
