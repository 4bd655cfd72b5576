"""How long a test waits for what must come, on the slowest machine that may run it.

Nobody waits for it where all goes well, and no test may pass because it is over.
"""

PATIENCE_SECONDS = 180
