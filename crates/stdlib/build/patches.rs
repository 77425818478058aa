//! Small changes to library files, as rules. A rule that no longer matches stops the build, so
//! that an upgrade of the library cannot lose one silently.

use crate::collect::Files;

/// One change to one file.
enum Rule {
    /// Replaces the only occurrence of the first text by the second.
    Replace(&'static str, &'static str),
    /// Removes everything from the only occurrence of the first text up to the first occurrence
    /// after it of the second, or up to the end of the file if the second is empty.
    Cut(&'static str, &'static str),
}

use Rule::{Cut, Replace};

/// The rules: path, change, and above each group the reason.
const RULES: &[(&str, Rule)] = &[
    // The library names its place for installed packages after another implementation.
    (
        "site.py",
        Replace("return 'RustPython' # XXX: RUSTPYTHON; for site-packages", "return 'Orochi'"),
    ),
    (
        "site.py",
        Replace(
            "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython{",
            "    return f'{userbase}/lib/{implementation_lower}{",
        ),
    ),
    (
        "sysconfig/__init__.py",
        Replace("return 'RustPython'  # XXX: RUSTPYTHON; For site-packages", "return 'Orochi'"),
    ),
    (
        "platform.py",
        Replace(
            "        # XXX: RUSTPYTHON support\n        if \"RustPython\" in",
            "        if \"Orochi\" in",
        ),
    ),
    ("platform.py", Replace("name = \"RustPython\"", "name = \"Orochi\"")),
    // What CPython's build writes into a generated module, ours computes.
    (
        "sysconfig/__init__.py",
        Replace(
            "f'_sysconfigdata_{sys.abiflags}_{sys.platform}_{multiarch}'",
            "'_orochi_sysconfigdata'",
        ),
    ),
    // A process that has done its number of tasks is replaced by the executor, which may be gone or shut down by then: the
    // rest of the work waits for ever, and so does the end of the program.
    (
        "concurrent/futures/process.py",
        Replace(
            "                if executor := self.executor_reference():
                    if process_exited:
                        with self.shutdown_lock:
                            executor._adjust_process_count()
                    else:
                        executor._idle_worker_semaphore.release()
                    del executor
",
            "                if process_exited:
                    with self.shutdown_lock:
                        stranded = self._replace_process()
                    if stranded:
                        self.terminate_broken(None)
                        return
                elif executor := self.executor_reference():
                    executor._idle_worker_semaphore.release()
                    del executor
",
        ),
    ),
    (
        "concurrent/futures/process.py",
        Replace(
            "    def add_call_item_to_queue(self):
",
            "    def _replace_process(self):
        # Starts a process in place of one that has done its number of
        # tasks, if there is work for it. True if work is left that no
        # process will do. What shutdown() takes from the executor is not
        # needed.
        executor = self.executor_reference()
        wanted = self.pending_work_items or not self.is_shutting_down()
        forced = getattr(executor, '_force_shutting_down', False)
        if (executor is not None and wanted and not forced
                and len(self.processes) < executor._max_workers):
            process = executor._mp_context.Process(
                target=_process_worker,
                args=(self.call_queue, self.result_queue,
                      executor._initializer, executor._initargs,
                      self.max_tasks_per_child))
            try:
                process.start()
            except Exception:
                pass
            else:
                self.processes[process.pid] = process
        return not self.processes and bool(self.pending_work_items)

    def add_call_item_to_queue(self):
",
        ),
    ),
    // There is no other `Pickler`, and the one CPython has in C takes all by position.
    (
        "pickle.py",
        Replace(
            "    def __init__(self, file, protocol=None, *, fix_imports=True,\n",
            "    def __init__(self, file, protocol=None, fix_imports=True,\n",
        ),
    ),
    // Helpers that CPython does not have.
    ("json/decoder.py", Cut("    # RUSTPYTHON SPECIFIC", "    # Note that this exception")),
    ("unittest/__init__.py", Cut("\n\n\n# XXX: RUSTPYTHON", "")),
    ("_compat_pickle.py", Cut("# NOTE: RUSTPYTHON", "for excname in")),
    // `FileIO` is always there.
    ("io.py", Cut("# XXX: RUSTPYTHON; FileIO needs", "# for seek()")),
    ("io.py", Replace("open, open_code, BytesIO", "open, open_code, FileIO, BytesIO")),
    (
        "io.py",
        Replace(
            "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase",
            "RawIOBase",
        ),
    ),
    // Our bytecode has an instruction of its own for the attribute that is called.
    (
        "inspect.py",
        Replace("if opname == \"LOAD_ATTR\":", "if opname in (\"LOAD_ATTR\", \"LOAD_METHOD\"):"),
    ),
    // Our code begins with other instructions.
    (
        "pdb.py",
        Replace(
            "    prev = None
    for instr in dis.get_instructions(code):
        if prev is not None and prev.opname == 'RESUME':
",
            "    for instr in dis.get_instructions(code):
        if instr.opname not in ('NEW_CELL', 'MAKE_CELL', 'COPY_FREE', 'RETURN_GENERATOR'):
",
        ),
    ),
    (
        "pdb.py",
        Replace(
            "            return code.co_firstlineno
        prev = instr
",
            "            return code.co_firstlineno
",
        ),
    ),
    // The scripts lie in the pack, where `os.walk` does not reach.
    (
        "venv/__init__.py",
        Replace(
            "        path = os.path.abspath(os.path.dirname(__file__))
        path = os.path.join(path, 'scripts')
        self.install_scripts(context, path)
",
            "        from importlib import resources
        with resources.as_file(resources.files('venv') / 'scripts') as path:
            self.install_scripts(context, os.fspath(path))
",
        ),
    ),
    // The library is a little older than CPython 3.14.10: an object may have no `__class__`,
    (
        "_py_abc.py",
        Replace(
            "        subclass = instance.__class__\n",
            "        subclass = getattr(instance, '__class__', type(instance))\n",
        ),
    ),
    // a built-in method no module,
    (
        "annotationlib.py",
        Replace(
            "        if value.__module__ == \"builtins\":
            return value.__qualname__
        return f\"{value.__module__}.{value.__qualname__}\"
",
            "        module = value.__module__
        if module is None:
            owner = value.__self__
            module = (owner if isinstance(owner, type) else type(owner)).__module__
        return value.__qualname__ if module == \"builtins\" else f\"{module}.{value.__qualname__}\"
",
        ),
    ),
    // a syntax error a message that is neither true nor false,
    (
        "traceback.py",
        Replace(
            "        msg = self.msg or \"<no detail available>\"\n",
            "        msg = \"<no detail available>\" if self.msg in (None, \"\") else self.msg\n",
        ),
    ),
    // and a function that shows warnings does not hide them from who records them.
    (
        "_py_warnings.py",
        Replace(
            "                    context.log = log = []\n",
            "                    context.log = log = []
                    default = self._module._showwarning_orig
                    self._showing = getattr(self._module, 'showwarning', default)
                    if self._showing is not default:
                        self._module.showwarning = default
",
        ),
    ),
    (
        "_py_warnings.py",
        Replace(
            "                self._module._warnings_context.set(self._saved_context)\n",
            "                self._module._warnings_context.set(self._saved_context)
                default = self._module._showwarning_orig
                showing = getattr(self, '_showing', default)
                if showing is not default:
                    self._module.showwarning = showing
",
        ),
    ),
    // NaN is no timeout, and a call that does not block ignores it.
    (
        "threading.py",
        Replace(
            "                if timeout > 0:
                    gotit = waiter.acquire(True, timeout)
                else:
                    gotit = waiter.acquire(False)
            return gotit
",
            "                if timeout <= 0:
                    gotit = waiter.acquire(False)
                else:
                    gotit = waiter.acquire(True, timeout)
            return gotit
",
        ),
    ),
    (
        "queue.py",
        Replace(
            "        if timeout is not None and timeout < 0:
            raise ValueError(\"'timeout' must be a non-negative number\")
        if not self._count.acquire(block, timeout):",
            "        if not block:
            timeout = None
        elif timeout is not None and timeout < 0:
            raise ValueError(\"'timeout' must be a non-negative number\")
        if not self._count.acquire(block, timeout):",
        ),
    ),
    // Also newer: every future of a broken pool gets an exception of its own, and whether a process is wanted is
    // told by the work there is, since a worker that reached its number of tasks leaves its token behind.
    (
        "concurrent/futures/process.py",
        Replace(
            "        bpe = BrokenProcessPool(\"A process in the process pool was \"
                                \"terminated abruptly while the future was \"
                                \"running or pending.\")
        if cause is not None:
            bpe.__cause__ = _RemoteTraceback(
                f\"\\n'''\\n{''.join(cause)}'''\")
",
            "        def broken():
            error = BrokenProcessPool(\"A process in the process pool was \"
                                      \"terminated abruptly while the future was \"
                                      \"running or pending.\")
            if cause is not None:
                error.__cause__ = _RemoteTraceback(
                    f\"\\n'''\\n{''.join(cause)}'''\")
            return error
",
        ),
    ),
    (
        "concurrent/futures/process.py",
        Replace("work_item.future.set_exception(bpe)", "work_item.future.set_exception(broken())"),
    ),
    (
        "concurrent/futures/process.py",
        Replace(
            "        # if there's an idle process, we don't need to spawn a new one.
        if self._idle_worker_semaphore.acquire(blocking=False):
            return
",
            "        # Each process can have one of the items that are not done.
        if len(self._pending_work_items) <= len(self._processes):
            return
",
        ),
    ),
    // There are no subinterpreters: the pool says so when it is made, not in its first worker.
    (
        "concurrent/futures/interpreter.py",
        Replace(
            "        super().__init__(max_workers, thread_name_prefix,
                         initializer, initargs)
",
            "        interpreters.create().close()
        super().__init__(max_workers, thread_name_prefix,
                         initializer, initargs)
",
        ),
    ),
    // Semaphores that nobody refers to any more are unlinked by a collection; they are no leak.
    (
        "multiprocessing/resource_tracker.py",
        Replace("import base64\n", "import base64\nimport gc\n"),
    ),
    (
        "multiprocessing/resource_tracker.py",
        Replace(
            "        if use_blocking_lock:
            with self._lock:
                self._stop_locked(",
            "        if use_blocking_lock:
            gc.collect()
            with self._lock:
                self._stop_locked(",
        ),
    ),
    // CPython's class is native and names its module.
    (
        "_pydatetime.py",
        Replace(
            "        return (f'{self.__class__.__name__}'
                f'(year={self[0]}, week=",
            "        return (f'datetime.{self.__class__.__name__}'
                f'(year={self[0]}, week=",
        ),
    ),
    // The wheel lies in the pack and has to keep its name outside: its folder is taken out.
    (
        "ensurepip/__init__.py",
        Replace(
            "    return resources.as_file(
        resources.files('ensurepip')
        / '_bundled'
        / f'pip-{_PIP_VERSION}-py3-none-any.whl'
    )
",
            "    return _unpacked_wheel()


@contextmanager
def _unpacked_wheel():
    with resources.as_file(resources.files('ensurepip') / '_bundled') as folder:
        yield folder / f'pip-{_PIP_VERSION}-py3-none-any.whl'
",
        ),
    ),
    (
        "ensurepip/__init__.py",
        Replace(
            "from contextlib import nullcontext",
            "from contextlib import contextmanager, nullcontext",
        ),
    ),
];

/// Applies all rules.
pub(crate) fn apply(files: &mut Files) {
    for (path, rule) in RULES {
        let content =
            files.get_mut(*path).unwrap_or_else(|| panic!("patched file {path} is missing"));
        let text = std::str::from_utf8(content).unwrap_or_else(|_| panic!("{path} is not UTF-8"));
        *content = change(path, text, rule).into_bytes();
    }
}

fn change(path: &str, text: &str, rule: &Rule) -> String {
    match rule {
        Replace(find, new) => {
            let at = only(path, text, find);
            format!("{}{new}{}", &text[..at], &text[at + find.len()..])
        }
        Cut(from, "") => format!("{}\n", text[..only(path, text, from)].trim_end()),
        Cut(from, to) => {
            let start = text.find(from).unwrap_or_else(|| panic!("{path}: no text {from:?}"));
            let length = text[start..]
                .find(to)
                .unwrap_or_else(|| panic!("{path}: no text {to:?} after {from:?}"));
            format!("{}{}", &text[..start], &text[start + length..])
        }
    }
}

/// Where `find` occurs; it must do so exactly once.
fn only(path: &str, text: &str, find: &str) -> usize {
    let mut places = text.match_indices(find).map(|(at, _)| at);
    match (places.next(), places.next()) {
        (Some(at), None) => at,
        (None, _) => panic!("{path}: no text {find:?}"),
        _ => panic!("{path}: more than one {find:?}"),
    }
}
