//! The module `_stat`: file modes.

use orochi_object::prelude::*;
use orochi_object::typedef::Const;

const FORMAT: i64 = 0o170_000;

fn mode(cx: &Cx, args: Args) -> Res<i64> {
    let mode = ops::to_i64(cx, args.get(0))?;
    match u32::try_from(mode) {
        Ok(mode) => Ok(mode as i64),
        Err(_) => raise!(cx, OVERFLOW_ERROR, "mode out of range"),
    }
}

fn ifmt(cx: &Cx, args: Args) -> Res {
    Ok(Value::int(mode(cx, args)? & FORMAT))
}
fn imode(cx: &Cx, args: Args) -> Res {
    Ok(Value::int(mode(cx, args)? & 0o7777))
}

macro_rules! tests {
    ($($name:ident $format:literal)*) => {
        $(fn $name(cx: &Cx, args: Args) -> Res {
            Ok(Value::bool(mode(cx, args)? & FORMAT == $format))
        })*
    };
}
tests! {
    is_dir 0o040_000
    is_chr 0o020_000
    is_blk 0o060_000
    is_reg 0o100_000
    is_fifo 0o010_000
    is_lnk 0o120_000
    is_sock 0o140_000
}

fn no(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}

fn filemode(cx: &Cx, args: Args) -> Res {
    let mode = mode(cx, args)?;
    let kind = match mode & FORMAT {
        0o100_000 => '-',
        0o040_000 => 'd',
        0o120_000 => 'l',
        0o060_000 => 'b',
        0o020_000 => 'c',
        0o010_000 => 'p',
        0o140_000 => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    for (shift, special, letters) in
        [(6, 0o4000, ('s', 'S')), (3, 0o2000, ('s', 'S')), (0, 0o1000, ('t', 'T'))]
    {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letters.0,
            (true, false) => letters.1,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(cx.new_str(&text)?.value())
}

/// The module `_stat`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_stat",
    doc: Some("Constants and tests of file modes."),
    functions: &[
        function("S_IFMT", "(mode, /)", ifmt),
        function("S_IMODE", "(mode, /)", imode),
        function("S_ISDIR", "(mode, /)", is_dir),
        function("S_ISCHR", "(mode, /)", is_chr),
        function("S_ISBLK", "(mode, /)", is_blk),
        function("S_ISREG", "(mode, /)", is_reg),
        function("S_ISFIFO", "(mode, /)", is_fifo),
        function("S_ISLNK", "(mode, /)", is_lnk),
        function("S_ISSOCK", "(mode, /)", is_sock),
        function("S_ISDOOR", "(mode, /)", no),
        function("S_ISPORT", "(mode, /)", no),
        function("S_ISWHT", "(mode, /)", no),
        function("filemode", "(mode, /)", filemode),
    ],
    constants: &[
        ("S_IFDIR", Const::Int(0o040_000)),
        ("S_IFCHR", Const::Int(0o020_000)),
        ("S_IFBLK", Const::Int(0o060_000)),
        ("S_IFREG", Const::Int(0o100_000)),
        ("S_IFIFO", Const::Int(0o010_000)),
        ("S_IFLNK", Const::Int(0o120_000)),
        ("S_IFSOCK", Const::Int(0o140_000)),
        ("S_IFDOOR", Const::Int(0)),
        ("S_IFPORT", Const::Int(0)),
        ("S_IFWHT", Const::Int(0)),
        ("S_ISUID", Const::Int(0o4000)),
        ("S_ISGID", Const::Int(0o2000)),
        ("S_ISVTX", Const::Int(0o1000)),
        ("S_ENFMT", Const::Int(0o2000)),
        ("S_IREAD", Const::Int(0o400)),
        ("S_IWRITE", Const::Int(0o200)),
        ("S_IEXEC", Const::Int(0o100)),
        ("S_IRWXU", Const::Int(0o700)),
        ("S_IRUSR", Const::Int(0o400)),
        ("S_IWUSR", Const::Int(0o200)),
        ("S_IXUSR", Const::Int(0o100)),
        ("S_IRWXG", Const::Int(0o070)),
        ("S_IRGRP", Const::Int(0o040)),
        ("S_IWGRP", Const::Int(0o020)),
        ("S_IXGRP", Const::Int(0o010)),
        ("S_IRWXO", Const::Int(0o007)),
        ("S_IROTH", Const::Int(0o004)),
        ("S_IWOTH", Const::Int(0o002)),
        ("S_IXOTH", Const::Int(0o001)),
        ("UF_SETTABLE", Const::Int(0xffff)),
        ("UF_NODUMP", Const::Int(0x1)),
        ("UF_IMMUTABLE", Const::Int(0x2)),
        ("UF_APPEND", Const::Int(0x4)),
        ("UF_OPAQUE", Const::Int(0x8)),
        ("UF_NOUNLINK", Const::Int(0x10)),
        ("UF_COMPRESSED", Const::Int(0x20)),
        ("UF_TRACKED", Const::Int(0x40)),
        ("UF_DATAVAULT", Const::Int(0x80)),
        ("UF_HIDDEN", Const::Int(0x8000)),
        ("SF_SETTABLE", Const::Int(0x3fff_0000)),
        ("SF_ARCHIVED", Const::Int(0x1_0000)),
        ("SF_IMMUTABLE", Const::Int(0x2_0000)),
        ("SF_APPEND", Const::Int(0x4_0000)),
        ("SF_RESTRICTED", Const::Int(0x8_0000)),
        ("SF_NOUNLINK", Const::Int(0x10_0000)),
        ("SF_SNAPSHOT", Const::Int(0x20_0000)),
        ("SF_FIRMLINK", Const::Int(0x80_0000)),
        ("SF_DATALESS", Const::Int(0x4000_0000)),
        ("ST_MODE", Const::Int(0)),
        ("ST_INO", Const::Int(1)),
        ("ST_DEV", Const::Int(2)),
        ("ST_NLINK", Const::Int(3)),
        ("ST_UID", Const::Int(4)),
        ("ST_GID", Const::Int(5)),
        ("ST_SIZE", Const::Int(6)),
        ("ST_ATIME", Const::Int(7)),
        ("ST_MTIME", Const::Int(8)),
        ("ST_CTIME", Const::Int(9)),
    ],
    ..ModuleDef::DEFAULT
};
