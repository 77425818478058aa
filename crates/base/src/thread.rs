//! Starting threads of the operating system.
//!
//! Unlike those of the standard library they set nothing up in the new thread that could fail there:
//! want of memory is an answer of [`spawn`].

use core::mem::MaybeUninit;

/// Starts a detached thread that calls `start(data)`, with a stack of at least `stack` bytes. Says whether
/// there is one.
///
/// # Safety
/// `start` may be called in another thread with `data`, and does not unwind.
pub unsafe fn spawn(
    stack: usize,
    start: extern "C" fn(*mut libc::c_void) -> *mut libc::c_void,
    data: *mut libc::c_void,
) -> bool {
    // SAFETY: asks for a number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.max(1) as usize;
    let stack = stack.max(libc::PTHREAD_STACK_MIN).next_multiple_of(page);
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let attributes = attributes.as_mut_ptr();
    // SAFETY: the attributes are initialised before they are used; the rest by contract.
    unsafe {
        if libc::pthread_attr_init(attributes) != 0 {
            return false;
        }
        let mut thread = 0;
        let spawned = libc::pthread_attr_setstacksize(attributes, stack) == 0
            && libc::pthread_attr_setdetachstate(attributes, libc::PTHREAD_CREATE_DETACHED) == 0
            && libc::pthread_create(&raw mut thread, attributes, start, data) == 0;
        libc::pthread_attr_destroy(attributes);
        spawned
    }
}
