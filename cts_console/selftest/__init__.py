"""The self-test: proves that an installation is whole by using it, in a folder of its own."""

from __future__ import annotations

from cts_console.selftest.run import SelfTest, Step, run_self_test, self_test_document

__all__ = ["SelfTest", "Step", "run_self_test", "self_test_document"]
