//! `_csv.reader`.

use super::dialect::{self, Format};
use super::error;
use crate::common::{number, own_iter, receiver, words};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_text::Builder;

/// A reader: the iterator of lines, the dialect, and how many lines it has read.
#[repr(C)]
struct Reader {
    header: Header,
    lines: Slot,
    dialect: Slot,
    line_num: Slot,
}
words!(Reader);
receiver!(this, Reader);

static CELL: TypeCell = TypeCell::new();

pub(super) static READER: TypeDef = TypeDef {
    name: "_csv.Reader",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Reader>(),
    flags: flag::NO_NEW,
    slots: Slots { iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    getset: &[
        field_getter("dialect", |_, v| Ok(this(v).dialect.or_none())),
        field_getter("line_num", |_, v| Ok(this(v).line_num.or_none())),
    ],
    doc: Some(
        "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.",
    ),
    ..TypeDef::DEFAULT
};

/// `_csv.reader(iterable, dialect='excel', **fmtparams)`.
pub(super) fn reader(cx: &Cx, args: Args) -> Res {
    let lines = ops::iter(cx, args.get(0))?;
    let dialect = dialect::make(cx, args.opt(1), args.kwargs(2))?;
    let reader: Ref<Reader> = cx.alloc_instance(CELL.get(), 0)?;
    reader.lines.init(lines);
    reader.dialect.init(dialect);
    reader.line_num.init(Value::int(0));
    Ok(reader.value())
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// The parsing of one record.
struct Parser<'a> {
    cx: &'a Cx,
    format: Format,
    limit: usize,
    state: State,
    field: Builder,
    fields: Ref<PyList>,
    /// Whether the current field began without a quote.
    unquoted: bool,
}

const NONNUMERIC: i64 = 2;
const NONE: i64 = 3;
const STRINGS: i64 = 4;
const NOTNULL: i64 = 5;

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let reader = this(v);
    let mut parser = Parser {
        cx,
        format: Format::of(reader.dialect.or_none()),
        limit: super::field_limit(),
        state: State::StartRecord,
        field: Builder::new(),
        fields: cx.new_list(&[])?,
        unquoted: false,
    };
    loop {
        let Some(line) = ops::next(cx, reader.lines.or_none())? else {
            if parser.field.is_empty() && parser.state != State::InQuoted {
                return Ok(None);
            }
            if parser.format.strict {
                return error(cx, "unexpected end of data");
            }
            parser.save()?;
            break;
        };
        let Some(text) = line.as_str() else {
            return error(
                cx,
                &format!(
                    "iterator should return strings, not {} (the file should be opened in text \
                     mode)",
                    class_of(line).display_name()
                ),
            );
        };
        reader.line_num.init(Value::int(number(&reader.line_num) + 1));
        for c in text.text().iter() {
            parser.step(Some(c))?;
        }
        parser.step(None)?;
        if parser.state == State::StartRecord {
            break;
        }
    }
    Ok(Some(parser.fields.value()))
}

fn is_newline(c: Option<u32>) -> bool {
    matches!(c, None | Some(10 | 13))
}

impl Parser<'_> {
    fn add(&mut self, c: u32) -> Res<()> {
        if self.field.len() >= self.limit {
            return error(self.cx, &format!("field larger than field limit ({})", self.limit));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self) -> Res<()> {
        let cx = self.cx;
        let quoting = self.format.quoting;
        let text = core::mem::take(&mut self.field).finish();
        let empty = text.len() == 0;
        if self.unquoted && empty && matches!(quoting, NOTNULL | STRINGS) {
            return self.fields.push(cx, Value::NONE);
        }
        let mut field = cx.str_from_buf(&text)?.value();
        if self.unquoted && !empty && matches!(quoting, NONNUMERIC | STRINGS) {
            field = ops::call(cx, types::FLOAT.get().value(), &[field])?;
        }
        self.fields.push(cx, field)
    }

    /// The state after a line end (`None`) or a newline character.
    fn after_newline(&mut self, c: Option<u32>) {
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewline };
    }

    /// Takes one character, or the end of the line.
    fn step(&mut self, c: Option<u32>) -> Res<()> {
        match self.state {
            State::StartRecord => match c {
                None => Ok(()),
                Some(10 | 13) => {
                    self.state = State::EatNewline;
                    Ok(())
                }
                _ => self.start_field(c),
            },
            State::StartField => self.start_field(c),
            State::Escaped => {
                self.state = match c {
                    Some(10 | 13) => State::AfterEscapedNewline,
                    _ => State::InField,
                };
                self.add(c.unwrap_or(10))
            }
            State::AfterEscapedNewline if c.is_none() => Ok(()),
            State::AfterEscapedNewline | State::InField => self.in_field(c),
            State::InQuoted => self.in_quoted(c),
            State::EscapedInQuoted => {
                self.state = State::InQuoted;
                self.add(c.unwrap_or(10))
            }
            State::QuoteInQuoted => self.quote_in_quoted(c),
            State::EatNewline => match c {
                Some(10 | 13) => Ok(()),
                None => {
                    self.state = State::StartRecord;
                    Ok(())
                }
                Some(_) => error(
                    self.cx,
                    "new-line character seen in unquoted field - do you need to open the file \
                     with newline=''?",
                ),
            },
        }
    }

    fn start_field(&mut self, c: Option<u32>) -> Res<()> {
        self.unquoted = true;
        let Some(point) = c.filter(|_| !is_newline(c)) else {
            self.save()?;
            self.after_newline(c);
            return Ok(());
        };
        if c == self.format.quotechar && self.format.quoting != NONE {
            self.unquoted = false;
            self.state = State::InQuoted;
        } else if c == self.format.escapechar {
            self.state = State::Escaped;
        } else if point == ' ' as u32 && self.format.skipinitialspace {
            self.state = State::StartField;
        } else if point == self.format.delimiter {
            self.save()?;
            self.state = State::StartField;
        } else {
            self.state = State::InField;
            self.add(point)?;
        }
        Ok(())
    }

    fn in_field(&mut self, c: Option<u32>) -> Res<()> {
        let Some(point) = c.filter(|_| !is_newline(c)) else {
            self.save()?;
            self.after_newline(c);
            return Ok(());
        };
        if c == self.format.escapechar {
            self.state = State::Escaped;
        } else if point == self.format.delimiter {
            self.save()?;
            self.state = State::StartField;
        } else {
            self.state = State::InField;
            self.add(point)?;
        }
        Ok(())
    }

    fn in_quoted(&mut self, c: Option<u32>) -> Res<()> {
        let Some(point) = c else { return Ok(()) };
        if c == self.format.escapechar {
            self.state = State::EscapedInQuoted;
        } else if c == self.format.quotechar && self.format.quoting != NONE {
            self.state = match self.format.doublequote {
                true => State::QuoteInQuoted,
                false => State::InField,
            };
        } else {
            self.add(point)?;
        }
        Ok(())
    }

    fn quote_in_quoted(&mut self, c: Option<u32>) -> Res<()> {
        let Some(point) = c.filter(|_| !is_newline(c)) else {
            self.save()?;
            self.after_newline(c);
            return Ok(());
        };
        if self.format.quoting != NONE && c == self.format.quotechar {
            self.state = State::InQuoted;
            return self.add(point);
        }
        if point == self.format.delimiter {
            self.save()?;
            self.state = State::StartField;
            return Ok(());
        }
        if !self.format.strict {
            self.state = State::InField;
            return self.add(point);
        }
        let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
        let quote = shown(self.format.quotechar.unwrap_or('"' as u32));
        let message = format!("'{}' expected after '{quote}'", shown(self.format.delimiter));
        error(self.cx, &message)
    }
}
