"""Which tests pass? Runs all of them; with a path, also writes there what each came to, in the Test Anything Protocol."""

import importlib
import sys
import unittest
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent


class Results(unittest.TextTestResult):
    """Prints as unittest does, and keeps a line for every test, whatever it came to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.points = []

    def point(self, test, outcome="ok", directive=""):
        name = " ".join(f"{test.id()} {test.shortDescription() or ''}".split())
        escaped = name.replace("\\", "\\\\").replace("#", "\\#")
        self.points.append((outcome, f"{escaped}{directive}"))

    def addSuccess(self, test):
        super().addSuccess(test)
        self.point(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.point(test, "not ok")

    def addError(self, test, err):
        super().addError(test, err)
        self.point(test, "not ok")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.point(subtest, "not ok")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.point(test, directive=" # SKIP")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.point(test, "not ok", " # TODO")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.point(test, "not ok")


def tests_of(path):
    """The tests of one file; one that fails where it cannot be imported."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        # Kept beyond the handler, whose name for it is gone by then.
        broken = error

        def fail():
            raise broken

        return unittest.FunctionTestCase(fail, description=f"imports {name}")
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main(report):
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    suite = unittest.TestSuite(tests_of(path) for path in sorted(TESTS.rglob("test_*.py")))
    result = unittest.TextTestRunner(resultclass=Results).run(suite)
    if report is not None:
        points = [f"{outcome} {at} - {text}" for at, (outcome, text) in enumerate(result.points, 1)]
        lines = ["TAP version 13", f"1..{len(points)}", *points]
        Path(report).write_text("\n".join(lines) + "\n", encoding="utf-8")
    # A run that found nothing has judged nothing.
    return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
