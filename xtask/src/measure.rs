//! Runs one process and measures it: wall time, processor time, peak memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Seconds on the clock.
    pub(crate) wall: f64,
    /// Processor seconds, user and system, of the process.
    pub(crate) cpu: f64,
    /// Peak resident memory, bytes.
    pub(crate) memory: u64,
}

/// Runs `command`; returns the sample, its standard output and whether it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<(Sample, Vec<u8>, bool), String> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let mut output = Vec::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_end(&mut output).map_err(|error| format!("{command:?}: {error}"))?;
    }
    let (status, usage) = wait(child.id())?;
    let wall = start.elapsed().as_secs_f64();
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let sample = Sample {
        wall,
        cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        memory: usage.ru_maxrss as u64 * unit,
    };
    Ok((sample, output, status == 0))
}

/// Waits for a child and asks what it used, which `std` does not tell.
fn wait(pid: u32) -> Result<(i32, libc::rusage), String> {
    let mut status = 0;
    // SAFETY: `rusage` is plain data; all zeros is a value of it.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live locals of the right types; the child is ours and has not
        // been waited for.
        let done = unsafe { libc::wait4(pid as libc::pid_t, &mut status, 0, &mut usage) };
        if done >= 0 {
            return Ok((status, usage));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(format!("wait4: {error}"));
        }
    }
}
