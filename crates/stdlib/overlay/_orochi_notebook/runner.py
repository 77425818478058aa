"""Runs all cells of a notebook: interrupts, the time limit, saving, progress, the exit status."""

import os
import signal
import sys
import threading
import time

from . import document, errors
from .session import Session
from .streams import CellStream, Outputs
from .timing import UsageError

USAGE = """\
usage: notebook FILE.ipynb [--output OUT.ipynb] [--timeout SECONDS] [--allow-errors]

Runs every code cell of a notebook from top to bottom and shows its output.

  --output OUT.ipynb   write the notebook with its outputs, whatever happens
  --timeout SECONDS    interrupt a cell that runs longer
  --allow-errors       go on after a cell that raises
  --help               show this text

Exit status: 0 if all cells ran, 1 if one failed, 2 if the notebook or the arguments are wrong,
130 if interrupted; a cell that calls sys.exit() ends the run with its status.
"""

# How long an interrupted cell may take to end before the process is ended for it.
GRACE = 10.0


class CellTimeout(Exception):
    """A cell ran longer than the limit."""

    __module__ = "builtins"  # shown without the runner's name


class _Arguments(Exception):
    pass


class Options:
    """What the command line asks for."""

    def __init__(self, arguments):
        self.path = None
        self.output = None
        self.timeout = None
        self.allow_errors = False
        words = list(arguments)
        while words:
            word = words.pop(0)
            name, equals, value = word.partition("=")
            if name in ("--output", "-o", "--timeout"):
                if not equals:
                    if not words:
                        raise _Arguments(f"{name} needs a value")
                    value = words.pop(0)
                if name == "--timeout":
                    self.timeout = self._seconds(value)
                else:
                    self.output = value
            elif word == "--allow-errors":
                self.allow_errors = True
            elif word.startswith("-") and word != "-":
                raise _Arguments(f"unknown option {word}")
            elif self.path is None:
                self.path = word
            else:
                raise _Arguments(f"more than one notebook: {self.path} and {word}")
        if self.path is None:
            raise _Arguments("no notebook given")

    @staticmethod
    def _seconds(text):
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds < float("inf"):
            raise _Arguments(f"--timeout needs a number of seconds above 0, not {text!r}")
        return seconds


class Runner:
    """One run of one notebook."""

    def __init__(self, notebook, options):
        self.notebook = notebook
        self.options = options
        self.real = sys.stdout, sys.stderr
        self.outputs = Outputs(*self.real)
        self.session = Session(self.outputs)
        self.cell = None
        self.started = 0.0
        self.running = False
        self.timed_out = False
        self.stop = threading.Event()
        self.position = ""
        self.status = 0
        self.saved = 0.0
        self.save_lock = threading.Lock()

    # The cells.

    def run(self):
        """Runs the notebook; returns the exit status."""
        handler = self._take_signals()
        out, err, hook, argv = sys.stdout, sys.stderr, sys.displayhook, sys.argv
        sys.stdout = CellStream(self.outputs, "stdout", self.real[0])
        sys.stderr = CellStream(self.outputs, "stderr", self.real[1])
        sys.argv = [self.options.path]
        main_module = sys.modules.get("__main__")
        folder = os.path.dirname(os.path.abspath(self.options.path))
        if sys.path[:1] != [folder]:
            sys.path.insert(0, folder)
        self.session.install()
        ticker = threading.Thread(target=self._tick, name="notebook", daemon=True)
        ticker.start()
        try:
            self._run_cells()
            self._join_threads()
        except KeyboardInterrupt:
            self.status = 130
        except SystemExit as error:
            self.status = self._exit_status(error)
        finally:
            self.stop.set()
            ticker.join()
            self._collect()
            self.outputs.hide_progress()
            self.outputs.flush()
            sys.stdout, sys.stderr, sys.displayhook, sys.argv = out, err, hook, argv
            if main_module is not None:
                sys.modules["__main__"] = main_module
            self._give_signals_back(handler)
        self._save(final=True)
        return self.status

    def _run_cells(self):
        # A notebook that was run before may hold old results; none is taken for a new one.
        cells = [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]
        for cell in cells:
            cell["outputs"], cell["execution_count"] = [], None
        self._describe_language()
        for index, cell in enumerate(cells):
            source = document.joined(cell["source"])
            if not source.strip():
                continue
            self.position = f"[{index + 1}/{len(cells)}]"
            go_on = self._run_cell(cell, source)
            if not go_on:
                return
            if time.monotonic() - self.saved > 1.0:
                self._save()

    def _run_cell(self, cell, source):
        """Runs one cell; tells whether to go on."""
        self._collect()
        self.cell = cell
        self.outputs.begin()
        cell["execution_count"] = self.session.execution_count + 1
        failure = None
        self.timed_out = False
        self.started = time.monotonic()
        try:
            try:
                self.running = True
                self.session.run_cell(source)
            finally:
                self.running = False
        except BaseException as error:
            self.running = False
            failure = error
        self._collect()
        if failure is None:
            return True
        return self._failed(failure)

    def _failed(self, failure):
        number = self.session.execution_count
        if isinstance(failure, KeyboardInterrupt) and self.timed_out:
            limit = self.options.timeout
            late = CellTimeout(f"cell In[{number}] ran longer than {limit:g} s")
            failure = late.with_traceback(failure.__traceback__)
        if isinstance(failure, SystemExit):
            self.status = self._exit_status(failure)
            go_on = False
        elif isinstance(failure, KeyboardInterrupt):
            self.status = 130
            go_on = False
        else:
            go_on = self.options.allow_errors
            self.status = self.status if go_on else 1
        if not isinstance(failure, SystemExit):
            self._report(failure)
        self._collect()
        return go_on

    def _report(self, failure):
        if isinstance(failure, UsageError):
            name, message = "UsageError", str(failure)
            lines = [f"UsageError: {message}"]
        else:
            name, message, lines = errors.describe(failure)
        item = {"ename": name, "evalue": message, "output_type": "error", "traceback": lines}
        self.outputs.add(item, "stderr", "\n".join(lines) + "\n")

    def _exit_status(self, failure):
        code = failure.code
        if code is None:
            return 0
        if isinstance(code, int):
            return code & 0xFF
        self.outputs.write("stderr", f"{code}\n")
        return 1

    def _join_threads(self):
        """Waits for threads that Python waits for at exit, so that their output is kept."""
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()

    # Interrupts and the clock.

    def _take_signals(self):
        if threading.current_thread() is not threading.main_thread():
            return None

        def interrupt(_number, _frame):
            # The time limit's interrupt may come just after the cell has ended: it means that cell.
            if self.running or not self.timed_out:
                raise KeyboardInterrupt

        def terminate(_number, _frame):
            raise SystemExit(128 + signal.SIGTERM)

        return signal.signal(signal.SIGINT, interrupt), signal.signal(signal.SIGTERM, terminate)

    def _give_signals_back(self, handlers):
        if handlers is not None:
            signal.signal(signal.SIGINT, handlers[0] or signal.SIG_DFL)
            signal.signal(signal.SIGTERM, handlers[1] or signal.SIG_DFL)

    def _tick(self):
        main = threading.main_thread().ident
        terminal = self.real[1] is not None and self.real[1].isatty()
        interrupted = 0
        while not self.stop.wait(0.05):
            self.outputs.tick()
            if not self.running:
                interrupted = 0
                continue
            now = time.monotonic()
            elapsed = now - self.started
            if terminal and elapsed > 2 and now - self.outputs.last_write > 1:
                count = self.session.execution_count
                self.outputs.show_progress(f"{self.position} In [{count}] runs: {int(elapsed)} s")
            limit = self.options.timeout
            if limit is None or elapsed <= limit:
                continue
            # The interrupt may be swallowed or lost in a call that is about to wait: repeat it.
            if elapsed - limit >= interrupted:
                self.timed_out = True
                interrupted += 1
                if self.running:
                    signal.pthread_kill(main, signal.SIGINT)
            if elapsed - limit > GRACE:
                self._abandon()

    def _abandon(self):
        """Ends the process: the cell does not react."""
        number = self.session.execution_count
        text = f"cell In[{number}] ran longer than {self.options.timeout:g} s and cannot be interrupted"
        self._report(CellTimeout(text))
        self._collect()
        self._save(final=True)
        self.outputs.flush()
        os._exit(1)

    # Saving.

    def _collect(self):
        if self.cell is not None:
            self.cell["outputs"] = self.outputs.collected()

    def _describe_language(self):
        version = sys.version_info
        self.notebook["metadata"].setdefault(
            "kernelspec", {"display_name": "Python 3", "language": "python", "name": "python3"}
        )
        self.notebook["metadata"]["language_info"] = {
            "codemirror_mode": {"name": "ipython", "version": version.major},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
            "version": "%d.%d.%d" % version[:3],
        }

    def _save(self, final=False):
        if self.options.output is None:
            return
        with self.save_lock:
            try:
                document.write(self.notebook, self.options.output)
            except (OSError, ValueError) as error:
                if final:
                    self._complain(f"{self.options.output}: {error}")
                    self.status = self.status or 2
            self.saved = time.monotonic()

    def _complain(self, text):
        stream = self.real[1]
        if stream is not None:
            stream.write(f"notebook: {text}\n")


def main(arguments=None):
    """The command; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if any(word in ("--help", "-h") for word in arguments):
        sys.stdout.write(USAGE)
        return 0
    try:
        options = Options(arguments)
        if options.output is not None:
            folder = os.path.dirname(os.path.abspath(options.output))
            if not os.path.isdir(folder):
                raise _Arguments(f"no folder {folder} to write the output to")
            if os.path.isdir(options.output):
                raise _Arguments(f"--output names a folder: {options.output}")
        notebook = document.read(options.path)
    except _Arguments as error:
        sys.stderr.write(f"notebook: {error}\n{USAGE.partition(chr(10))[0]}\n")
        return 2
    except document.NotebookError as error:
        sys.stderr.write(f"notebook: {error}\n")
        return 2
    return Runner(notebook, options).run()
