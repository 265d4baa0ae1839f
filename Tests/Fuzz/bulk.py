"""What the answer to a bulk submission must be, which speaks for each of its jobs and not with its status alone."""

from contract import Contract

PATH = "/api/v1/jobs/bulk"
SUBMISSION = ("components", "schemas", "JobSubmission")
BODY = ("components", "schemas", "BulkSubmission")
# What keeps a right job out: something that is there already.
CONFLICTS = {"id_taken", "unique_conflict"}


def blames_jobs_only(contract: Contract, body) -> bool:
    """Whether nothing is wrong with a body but some of the jobs in it."""
    faults = contract.faults(BODY, body)
    return bool(faults) and all(fault.startswith("$.jobs[") for fault in faults)


def item_faults(contract: Contract, jobs: list, items: list[dict]) -> list[str]:
    """Why the items are not what each job must be told."""
    if [item["index"] for item in items] != list(range(len(jobs))):
        return ["there is not an item for each job, in order"]
    faults = []
    for job, item in zip(jobs, items):
        wrong = contract.faults(SUBMISSION, job)
        if wrong and item["status"] < 400:
            faults.append(f"a wrong job was taken: {wrong[0]}")
        if not wrong and item["status"] not in (200, 202, 409):
            faults.append(f"a right job was refused: {item}")
    return faults


def takes_exception_to_state_only(contract: Contract, body, problem: dict) -> bool:
    """Whether a right atomic submission is refused for nothing but what is there already."""
    told = problem.get("errors") or []
    return not contract.faults(BODY, body) and bool(told) and all(error["code"] in CONFLICTS for error in told)
