"""Looking into other processes, which is not supported: `asyncio.tools` asks for these names."""


class FrameInfo(tuple):
    """A frame of another process."""


class RemoteUnwinder:
    """Reads the stacks of another process."""

    def __init__(self, pid, *, all_threads=False, only_active_thread=False, debug=False):
        raise RuntimeError("stacks of other processes cannot be read")
