//! Callee-saved registers and the bounds of native stacks.

/// Words that [`save_registers`] writes.
pub(crate) const SAVED: usize = 24;

/// Writes the callee-saved registers to `into` and returns the caller's stack pointer.
///
/// It is naked so that it sees exactly its caller's registers: a prologue of its own would hide
/// some of them in a frame that is gone when the caller goes on.
///
/// # Safety
/// `into` has room for [`SAVED`] words.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn save_registers(into: *mut usize) -> usize {
    core::arch::naked_asm!(
        "mov [rdi], rbx",
        "mov [rdi + 8], rbp",
        "mov [rdi + 16], r12",
        "mov [rdi + 24], r13",
        "mov [rdi + 32], r14",
        "mov [rdi + 40], r15",
        "lea rax, [rsp + 8]",
        "ret",
    )
}

/// Writes the callee-saved registers to `into` and returns the caller's stack pointer.
///
/// # Safety
/// `into` has room for [`SAVED`] words.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn save_registers(into: *mut usize) -> usize {
    core::arch::naked_asm!(
        "stp x19, x20, [x0]",
        "stp x21, x22, [x0, #16]",
        "stp x23, x24, [x0, #32]",
        "stp x25, x26, [x0, #48]",
        "stp x27, x28, [x0, #64]",
        "stp x29, x30, [x0, #80]",
        "stp d8, d9, [x0, #96]",
        "stp d10, d11, [x0, #112]",
        "stp d12, d13, [x0, #128]",
        "stp d14, d15, [x0, #144]",
        "mov x0, sp",
        "ret",
    )
}

/// Words that [`wipe_stack`] overwrites: more than an interpreter loop and what it calls on the way to a collection take.
const WIPED: usize = 2048;

/// Overwrites the dead part of the calling thread's stack. References of finished calls linger there; a frame that comes to
/// lie on one, and does not write that word, would keep its object alive.
#[inline(never)]
pub fn wipe_stack() {
    let mut dead = [0u64; WIPED];
    core::hint::black_box(&mut dead);
}

/// One past the highest address of the calling thread's stack that may hold references.
pub(crate) fn stack_top() -> usize {
    let here = 0u8;
    let here = &raw const here as usize;
    main_stack_top(here).or_else(|| thread_stack_top(here)).unwrap_or((here | 4095) + 1)
}

/// On the main thread the kernel puts random bytes above all frames; asking for their address
/// costs nothing, where the C library would read a file.
fn main_stack_top(here: usize) -> Option<usize> {
    // SAFETY: these calls only read process state.
    let (main, random) = unsafe {
        let main = i64::from(libc::getpid()) == libc::syscall(libc::SYS_gettid);
        (main, libc::getauxval(libc::AT_RANDOM) as usize)
    };
    (main && random > here && random - here < 1 << 36).then_some(random & !7)
}

fn thread_stack_top(here: usize) -> Option<usize> {
    // SAFETY: the attribute object is initialised by the first call and destroyed at the end.
    unsafe {
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return None;
        }
        let mut base = core::ptr::null_mut();
        let mut size = 0;
        let result = libc::pthread_attr_getstack(&attributes, &mut base, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        let top = base as usize + size;
        (result == 0 && (base as usize) <= here && here < top).then_some(top)
    }
}
