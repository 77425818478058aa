//! `super().name(...)`: the function that it calls, by the class of the method's own instance.

use crate::plan::Plan;
use orochi_bytecode::Op;
use orochi_interp::lookup_after;
use orochi_object::prelude::*;
use orochi_runtime::frame::Frame;

/// What `LoadSuperMethod` finds: guarded by `super` itself, the class it is called in, and the instance's class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Super {
    /// The class that the method was written in.
    pub class: u64,
    /// The instance's.
    pub own: u64,
    /// The address of its version, and the version.
    pub version: (usize, u64),
    /// A function, to be called with the instance first.
    pub function: u64,
}

impl Plan {
    pub(crate) fn find_supers(&mut self, frame: &Frame) {
        for pc in 0..self.unit.instrs.len() as u32 {
            let loads = self.at(pc).operation() == Op::LoadSuperMethod;
            if loads
                && self.may_guess(pc)
                && let Some(found) = self.find_super(frame, pc)
            {
                self.root(found.class);
                self.root(found.own);
                self.root(found.function);
                self.supers.insert(pc, found);
            }
        }
    }

    /// Of a method whose first parameter is the instance, as it mostly is.
    fn find_super(&self, frame: &Frame, pc: u32) -> Option<Super> {
        let i = self.at(pc);
        // SAFETY: a register of the frame's window.
        let instance = unsafe { frame.reg(0) }?;
        let own = class_of(instance);
        let version = own.version();
        let class = written_in(frame)?;
        let plain = instance.is_object() && instance.downcast::<PyType>().is_none();
        if !plain || !own.is_subtype(class) {
            return None;
        }
        let found = lookup_after(own, class, frame.code.site_name(i.c as usize))?;
        let version_at = own.value().word() as usize + PyType::VERSION_OFFSET;
        (ops::is_method_descriptor(found) && own.version() == version).then_some(Super {
            class: class.value().word(),
            own: own.value().word(),
            version: (version_at, version),
            function: found.word(),
        })
    }
}

/// The class that the running method was written in: the content of its cell `__class__`.
fn written_in(frame: &Frame) -> Option<Ref<PyType>> {
    let unit = frame.code.unit();
    let at = unit.freevars.iter().position(|name| &**name == "__class__")?;
    let cells: Ref<PyTuple> = frame.function.closure.get()?.downcast()?;
    let cell: Ref<orochi_object::cell::PyCell> = cells.get(at)?.downcast()?;
    cell.content.get()?.downcast()
}
