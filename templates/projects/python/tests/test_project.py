import unittest
from pathlib import Path

MANIFEST = Path(__file__).resolve().parent.parent / "pyproject.toml"


class ProjectTest(unittest.TestCase):
    def test_needs_no_package_at_run_time(self):
        self.assertIn("\ndependencies = []\n", MANIFEST.read_text(encoding="utf-8"))
