"""The peer's half of the wire: one JSON request a line on stdin, one JSON answer a line on stdout."""

import importlib.metadata
import importlib.util
import json
import os
import sys
import time
import traceback


def serve(packages, load):
    """Answers requests until stdin ends.

    `load()` imports the packages and returns the operations by name: functions of JSON values that return a dict.
    """
    # The answers get the real stdout for themselves; whatever a library prints goes to stderr.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    missing = [p for p in packages if importlib.util.find_spec(p) is None]
    if missing:
        return answer({"missing": missing})
    operations = load()
    answer({"versions": {p: importlib.metadata.version(p) for p in packages}})
    used = time.process_time()
    for line in sys.stdin:
        idle = time.process_time() - used
        request = json.loads(line)
        try:
            result = operations[request.pop("do")](**request)
        except Exception as error:
            traceback.print_exc()
            result = {"error": f"{type(error).__name__}: {error}"}
        # Processor time of all threads, spinning ones included, while it was not this side's turn.
        answer({**result, "idleCpu": idle})
        used = time.process_time()


def threads():
    return int(os.environ["OMP_NUM_THREADS"])
