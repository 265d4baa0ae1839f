"""What happened when, a line a second: for whoever must find out why."""

import collections
import pathlib
import time

from history import History


def write(history: History, path: pathlib.Path) -> None:
    accepted = collections.Counter(int(each.accepted_at) for each in history.accepted("single") + history.accepted("bulk"))
    records = collections.Counter(int(each.accepted_at) for each in history.accepted("kafka"))
    created = collections.Counter(int(row.created_at) for row in history.rows)
    ended = collections.Counter(int(run.finished_at) for row in history.rows for run in row.runs)
    seconds = sorted(set(accepted) | set(records) | set(created) | set(ended))
    with open(path, "w") as file:
        file.write("time      over REST, records, rows made, runs ended, faults\n")
        for second in range(seconds[0], seconds[-1] + 1) if seconds else []:
            faults = [f"{fault.kind} {fault.target}" for fault in history.faults
                      if fault.start < second + 1 and fault.healed >= second]
            clock = time.strftime("%H:%M:%S", time.gmtime(second))
            file.write(f"{clock}  {accepted[second]:9} {records[second]:8} {created[second]:10} {ended[second]:11}  "
                       f"{', '.join(faults)}\n")
