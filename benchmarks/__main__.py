"""`python -m benchmarks`. The work stands in a module of its own, because the measured processes import it."""

import sys

from benchmarks.bench import main

if __name__ == "__main__":
    main(sys.argv[1:])
