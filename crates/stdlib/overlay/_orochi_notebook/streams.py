"""The `sys.stdout` and `sys.stderr` of a running notebook.

Whatever thread writes, the text goes to the cell that runs at that moment and to the real stream,
in one step: two writes never mix, and both places show the same order.
"""

import io
import threading
import time


# The one that runs the cells, and the one that flushes.
OWN_THREADS = 2
# After so many writes a thread of several lets others run.
GIVE_WAY_AFTER = 64
# It naps, since the kernel gives a processor that is only offered (`sched_yield`) back to the one who offered it often enough.
NAP = 0.00001


class Outputs:
    """The outputs of the cell that runs; shared by all threads."""

    def __init__(self, echo_out, echo_err):
        # Reentrant: a write may be interrupted by a signal handler that writes.
        self.lock = threading.RLock()
        self.items = []
        self.echo = {"stdout": echo_out, "stderr": echo_err}
        self.flushed = 0.0
        self.pending = False
        self.progress = ""
        self.last_write = 0.0
        self.writes = 0
        self.line_start = True  # whether the real streams are at the start of a line

    def begin(self):
        """Starts a new cell."""
        with self.lock:
            self.items = []

    def write(self, name, text):
        """Adds text to a stream."""
        with self.lock:
            items = self.items
            if items and items[-1]["output_type"] == "stream" and items[-1]["name"] == name:
                items[-1]["text"].append(text)
            else:
                items.append({"name": name, "output_type": "stream", "text": [text]})
            self._echo(name, text)
            self.writes += 1
            give_way = self.writes % GIVE_WAY_AFTER == 0
        if give_way and threading.active_count() > OWN_THREADS:
            # Elsewhere a write is a system call, and waits now and then for who reads. Here it takes a microsecond, and a
            # thread may be done before the kernel has found a processor for the next one.
            time.sleep(NAP)

    def add(self, item, name, text):
        """Adds an output that is not a stream, and shows `text` on the real stream."""
        with self.lock:
            self.items.append(item)
            if not self.line_start:
                text = "\n" + text
            self._echo(name, text)

    def _echo(self, name, text):
        self.hide_progress()
        self.line_start = text.endswith("\n")
        stream = self.echo[name]
        if stream is None:
            return
        now = self.last_write = time.monotonic()
        try:
            stream.write(text)
            if now - self.flushed > 0.05 or name == "stderr":
                self.flush()
            else:
                self.pending = True
        except UnicodeEncodeError:
            encoding = getattr(stream, "encoding", None) or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        except (OSError, ValueError):
            # The reader went away. The notebook still runs, and is still saved.
            self.echo[name] = None

    def flush(self):
        """Flushes the real streams."""
        with self.lock:
            self.flushed = time.monotonic()
            self.pending = False
            for name, stream in self.echo.items():
                if stream is not None:
                    try:
                        stream.flush()
                    except (OSError, ValueError):
                        self.echo[name] = None

    def tick(self):
        """Flushes what waits; called a few times a second."""
        if self.pending:
            self.flush()

    def show_progress(self, text):
        """Shows a line that the next output replaces; for terminals."""
        with self.lock:
            stream = self.echo["stderr"]
            if stream is not None and text != self.progress:
                stream.write(f"\r\033[K{text}")
                stream.flush()
                self.progress = text

    def hide_progress(self):
        """Removes the progress line."""
        with self.lock:
            if self.progress:
                self.progress = ""
                stream = self.echo["stderr"]
                if stream is not None:
                    stream.write("\r\033[K")
                    stream.flush()

    def collected(self):
        """The outputs so far, as a notebook stores them."""
        from .document import lines

        with self.lock:
            result = []
            for item in self.items:
                item = dict(item)
                if item["output_type"] == "stream":
                    item["text"] = lines("".join(item["text"]))
                result.append(item)
            return result


class CellStream(io.TextIOBase):
    """A text stream whose writes go to the running cell."""

    def __init__(self, outputs, name, real):
        self._outputs = outputs
        self._name = name
        self._real = real
        self._buffer = None

    @property
    def name(self):
        """The name the real stream has."""
        return f"<{self._name}>"

    @property
    def encoding(self):
        """Text is kept as text; this is what bytes are decoded with."""
        return "utf-8"

    @property
    def errors(self):
        """How bytes that are no text are decoded."""
        return "backslashreplace"

    @property
    def buffer(self):
        """A stream of bytes that ends in the same place."""
        if self._buffer is None:
            self._buffer = _Bytes(self)
        return self._buffer

    def writable(self):
        """It is."""
        return True

    def write(self, text):
        """Writes one string, in one piece."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outputs.write(self._name, text)
        return len(text)

    def writelines(self, texts):
        """Writes the strings in one piece."""
        self.write("".join(texts))

    def flush(self):
        """Flushes the real stream."""
        self._outputs.flush()

    def isatty(self):
        """Whether the real stream is a terminal."""
        return self._real is not None and self._real.isatty()

    def fileno(self):
        """The real stream's descriptor."""
        if self._real is None:
            raise io.UnsupportedOperation("fileno")
        return self._real.fileno()


class _Bytes(io.RawIOBase):
    def __init__(self, text):
        self._text = text

    def writable(self):
        """It is."""
        return True

    def write(self, data):
        """Writes bytes as text."""
        data = bytes(data)
        self._text.write(data.decode("utf-8", "backslashreplace"))
        return len(data)

    def flush(self):
        """Flushes the real stream."""
        self._text.flush()

    def fileno(self):
        """The real stream's descriptor."""
        return self._text.fileno()
