"""`python -m techrequests.cli`, where the command is not on the path."""

import sys

from techrequests.cli import main

if __name__ == "__main__":
    sys.exit(main())
