"""Calls of `logging`: below the level, plain, and with arguments and a formatter, into memory."""

import io
import logging

N = 4
CHECK = 190890


def logger():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
    # Not one of the tree: several threads may run this at once, each with its own.
    logger = logging.Logger("bench", logging.WARNING)
    logger.addHandler(handler)
    return logger, stream


def run(n):
    for _ in range(n):
        log, stream = logger()
        for i in range(10000):
            log.debug("not seen %s", i)
            log.info("nor this")
        for i in range(4000):
            log.warning("hi")
            log.error("%s: %d of %d", "part", i, 4000)
    return len(stream.getvalue())
