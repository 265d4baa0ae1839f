"""Reads the command lines of all processes of the machine while a run lasts."""

import os
import pathlib
import threading


class CommandLines:
    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "CommandLines":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            for folder in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if int(folder.name) != os.getpid():
                        self.seen.add((folder / "cmdline").read_bytes())
                except OSError:
                    pass  # It has ended in this moment.
