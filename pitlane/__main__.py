"""``python -m pitlane``: the same as the ``pitlane`` console command."""

import sys

from pitlane.project.cli import main

if __name__ == "__main__":
    sys.exit(main())
