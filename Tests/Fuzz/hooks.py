"""What schemathesis has to know of a deployment beyond its document, and one check more."""

import os

import schemathesis

from contract import Contract

ADMINISTRATOR, TOKEN_ID = os.environ["FUZZ_ADMINISTRATOR"], os.environ["FUZZ_TOKEN_ID"]
NOBODY = "00000000-0000-4000-8000-000000000000"
SUBMISSION = ("components", "schemas", "JobSubmission")
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
    if case.method.upper() == "DELETE" and case.path_parameters:
        for name, own in (("id", ADMINISTRATOR), ("token_id", TOKEN_ID)):
            is_whole_user = name == "id" and "token_id" in case.path_parameters
            if not is_whole_user and str(case.path_parameters.get(name)).lower() == own:
                case.path_parameters[name] = NOBODY


@schemathesis.check
def bulk_refuses_what_is_wrong(ctx, response, case) -> None:
    """A bulk submission answers for each of its jobs: a wrong one is a problem of its item."""
    if case.operation.path != "/api/v1/jobs/bulk" or response.status_code != 200:
        return
    jobs, items = case.body["jobs"], response.json()["items"]
    assert [item["index"] for item in items] == list(range(len(jobs))), "there is not an item for each job, in order"
    for job, item in zip(jobs, items):
        faults = contract.faults(SUBMISSION, job)
        assert not faults or item["status"] >= 400, f"a wrong job was taken: {faults[0]}"
        assert faults or item["status"] in (200, 202, 409), f"a right job was refused: {item}"
