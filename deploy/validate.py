#!/usr/bin/env python3
"""Validates every manifest of deploy/ without a cluster: schemas, references, contract names, images, seeds and the swap.

    python3 deploy/validate.py               check everything, exit 1 on any error
    python3 deploy/validate.py --self-test   run the validator's own tests

Needs python3 (3.11 or newer). The pinned packages go into $TAILRACE_CACHE, or .cache at the top of the checkout, on first use.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

if sys.version_info < (3, 11):
    sys.exit("deploy/validate.py needs Python 3.11 or newer")

from checks import environment  # noqa: E402


def main():
    arguments = sys.argv[1:]
    if arguments not in ([], ["--self-test"]):
        sys.exit(__doc__)
    environment.ensure()
    if arguments:
        import unittest

        suite = unittest.defaultTestLoader.discover(str(environment.DEPLOY / "checks"), pattern="test_*.py", top_level_dir=str(environment.DEPLOY))
        return 0 if unittest.TextTestRunner().run(suite).wasSuccessful() else 1
    from checks.run import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
