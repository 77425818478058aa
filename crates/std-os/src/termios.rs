//! `termios`: terminal settings.

use crate::consts;
use crate::util::*;
use libc::c_int;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;

/// The module `termios`.
pub(crate) static MODULE: ModuleDef = ModuleDef {
    name: "termios",
    functions: &[
        function("tcgetattr", "(fd, /)", tcgetattr),
        function("tcsetattr", "(fd, when, attributes, /)", tcsetattr),
        function("tcsendbreak", "(fd, duration, /)", |cx, args| {
            // SAFETY: takes no pointers, here and below.
            call(cx, args, |fd, n| unsafe { libc::tcsendbreak(fd, n) })
        }),
        function("tcflush", "(fd, queue, /)", |cx, args| {
            // SAFETY: as above.
            call(cx, args, |fd, n| unsafe { libc::tcflush(fd, n) })
        }),
        function("tcflow", "(fd, action, /)", |cx, args| {
            // SAFETY: as above.
            call(cx, args, |fd, n| unsafe { libc::tcflow(fd, n) })
        }),
        function("tcdrain", "(fd, /)", tcdrain),
        function("tcgetwinsize", "(fd, /)", tcgetwinsize),
        function("tcsetwinsize", "(fd, winsize, /)", tcsetwinsize),
    ],
    constants: consts::termios::CONSTANTS,
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The class `termios.error`; a subclass of Exception made when the module is.
static ERROR: orochi_object::collector::Root = orochi_object::collector::Root::new();

fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let bases = cx.new_tuple(&[exception::EXCEPTION.get().value()])?.value();
    let namespace = cx.new_dict()?;
    namespace.set_str(cx, name!(cx, "__module__"), name!(cx, "termios").value())?;
    let args = [name!(cx, "error").value(), bases, namespace.value()];
    let class = ops::call(cx, types::TYPE.get().value(), &args)?;
    ERROR.set(class);
    module.namespace().set_str(cx, name!(cx, "error"), class)
}

/// Runs a system call whose failure is a `termios.error`.
fn run<R: SysResult>(cx: &Cx, f: impl FnMut() -> R) -> Res<R> {
    match try_sys(cx, f)? {
        Ok(result) => Ok(result),
        Err(code) => {
            let args = [Value::int(code as i64), cx.new_str(&exception::strerror(code))?.value()];
            let Some(class) = ERROR.get() else {
                return Err(exception::os_error(cx, code, None));
            };
            let e = ops::call(cx, class, &args)?;
            match e.downcast::<exception::PyException>() {
                Some(e) => Err(orochi_object::error::Raised::new(e)),
                None => Err(exception::os_error(cx, code, None)),
            }
        }
    }
}

fn call(cx: &Cx, args: Args, f: fn(c_int, c_int) -> c_int) -> Res {
    let (fd, n) = (fileno(cx, args.get(0))?, ops::to_i32(cx, args.get(1))?);
    run(cx, || f(fd, n))?;
    Ok(Value::NONE)
}

fn tcdrain(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    // SAFETY: takes no pointers.
    run(cx, || unsafe { libc::tcdrain(fd) })?;
    Ok(Value::NONE)
}

fn settings(cx: &Cx, fd: c_int) -> Res<libc::termios> {
    // SAFETY: plain data, for which zeroes are valid.
    let mut t: libc::termios = unsafe { core::mem::zeroed() };
    let out = &raw mut t;
    // SAFETY: fills a local.
    run(cx, || unsafe { libc::tcgetattr(fd, out) })?;
    Ok(t)
}

fn tcgetattr(cx: &Cx, args: Args) -> Res {
    let t = settings(cx, fileno(cx, args.get(0))?)?;
    let raw = t.c_lflag & libc::ICANON == 0;
    let chars = cx.new_list(&[])?;
    for (i, c) in t.c_cc.iter().enumerate() {
        let item = if raw && (i == libc::VMIN || i == libc::VTIME) {
            Value::int(*c as i64)
        } else {
            cx.new_bytes(&[*c])?.value()
        };
        chars.push(cx, item)?;
    }
    // SAFETY: reads locals.
    let (input, output) =
        unsafe { (libc::cfgetispeed(&raw const t), libc::cfgetospeed(&raw const t)) };
    let int = |n: u32| Value::int(n as i64);
    let items = [
        int(t.c_iflag),
        int(t.c_oflag),
        int(t.c_cflag),
        int(t.c_lflag),
        int(input),
        int(output),
        chars.value(),
    ];
    Ok(cx.new_list(&items)?.value())
}

fn tcsetattr(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let when = ops::to_i32(cx, args.get(1))?;
    let items = match args.get(2).downcast::<PyList>() {
        Some(list) if list.len() == 7 => list.snapshot(cx)?,
        _ => return raise!(cx, TYPE_ERROR, "tcsetattr, arg 3: must be 7 element list"),
    };
    let mut t = settings(cx, fd)?;
    let flag = |i: usize| Ok(ops::to_i64(cx, items.values()[i])? as u32);
    (t.c_iflag, t.c_oflag) = (flag(0)?, flag(1)?);
    (t.c_cflag, t.c_lflag) = (flag(2)?, flag(3)?);
    let (input, output) = (flag(4)?, flag(5)?);
    let chars = match items.values()[6].downcast::<PyList>() {
        Some(list) if list.len() == t.c_cc.len() => list.snapshot(cx)?,
        _ => {
            return raise!(
                cx,
                TYPE_ERROR,
                "tcsetattr: attributes[6] must be {} element list",
                t.c_cc.len()
            );
        }
    };
    for (to, item) in t.c_cc.iter_mut().zip(chars.values()) {
        *to = match item.downcast::<PyBytes>().map(|b| b.data()) {
            Some([one]) => *one,
            None if item.is_int() => ops::to_i64(cx, *item)? as libc::cc_t,
            _ => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "tcsetattr: elements of attributes must be characters or integers"
                );
            }
        };
    }
    let p = &raw mut t;
    // SAFETY: changes a local.
    run(cx, || unsafe { libc::cfsetispeed(p, input) })?;
    // SAFETY: as above.
    run(cx, || unsafe { libc::cfsetospeed(p, output) })?;
    // SAFETY: reads a local.
    run(cx, || unsafe { libc::tcsetattr(fd, when, p) })?;
    Ok(Value::NONE)
}

fn tcgetwinsize(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    // SAFETY: plain data, for which zeroes are valid.
    let mut size: libc::winsize = unsafe { core::mem::zeroed() };
    let out = &raw mut size;
    // SAFETY: fills a local.
    run(cx, || unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, out) })?;
    let pair = [Value::int(size.ws_row as i64), Value::int(size.ws_col as i64)];
    Ok(cx.new_tuple(&pair)?.value())
}

fn tcsetwinsize(cx: &Cx, args: Args) -> Res {
    let fd = fileno(cx, args.get(0))?;
    let pair = ops::to_tuple(cx, args.get(1))?;
    if pair.len() != 2 {
        return raise!(cx, TYPE_ERROR, "tcsetwinsize, arg 2: must be a two-item sequence");
    }
    // SAFETY: plain data, for which zeroes are valid.
    let mut size: libc::winsize = unsafe { core::mem::zeroed() };
    let out = &raw mut size;
    // SAFETY: fills a local.
    run(cx, || unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, out) })?;
    let number = |i: usize| match u16::try_from(ops::to_i64(cx, pair.values()[i])?) {
        Ok(n) => Ok(n),
        Err(_) => raise!(cx, OVERFLOW_ERROR, "winsize value(s) out of range."),
    };
    (size.ws_row, size.ws_col) = (number(0)?, number(1)?);
    let p = &raw const size;
    // SAFETY: reads a local.
    run(cx, || unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, p) })?;
    Ok(Value::NONE)
}
