//! Runs a command with a time limit and collects what it prints.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub end: End,
    /// Wall time.
    pub elapsed: Duration,
}

/// The end of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It exited with this status.
    Status(i32),
    /// A signal ended it: it crashed.
    Signal(i32),
    /// It was killed because it took too long.
    TimedOut,
}

/// Runs `command` to its end, or kills it after `limit`.
pub fn run(command: &mut Command, limit: Duration) -> std::io::Result<Outcome> {
    let start = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // Both pipes are read while the child runs, so that it never blocks on a full one.
    let stdout = child.stdout.take().map(read_in_background);
    let stderr = child.stderr.take().map(read_in_background);
    let mut pause = Duration::from_micros(200);
    let end = loop {
        if let Some(status) = child.try_wait()? {
            break end_of(status);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            break End::TimedOut;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    };
    let elapsed = start.elapsed();
    // A grandchild that outlives a killed child may hold the pipes open: then nobody waits for it.
    let collect = |reader: Option<thread::JoinHandle<Vec<u8>>>| match reader {
        Some(reader) if end != End::TimedOut || reader.is_finished() => {
            reader.join().unwrap_or_default()
        }
        _ => Vec::new(),
    };
    Ok(Outcome { stdout: collect(stdout), stderr: collect(stderr), end, elapsed })
}

fn read_in_background(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A read error ends the output; the comparison then fails and shows what there is.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn end_of(status: std::process::ExitStatus) -> End {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return End::Signal(signal);
        }
    }
    End::Status(status.code().unwrap_or(-1))
}
