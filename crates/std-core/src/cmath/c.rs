//! The complex functions of C's library. A `double complex` is passed as two doubles in registers.

use orochi_num::Complex;

/// A `double complex` as the C calling convention passes it.
#[repr(C)]
#[derive(Clone, Copy)]
struct Double {
    re: f64,
    im: f64,
}

macro_rules! functions {
    ($($name:ident $symbol:literal),*) => {
        mod raw {
            use super::Double;
            unsafe extern "C" {
                $(
                    #[link_name = $symbol]
                    pub(super) safe fn $name(z: Double) -> Double;
                )*
            }
        }
        $(pub(super) fn $name(z: Complex) -> Complex {
            let r = raw::$name(Double { re: z.re, im: z.im });
            Complex { re: r.re, im: r.im }
        })*
    };
}

functions! {
    acos "cacos", acosh "cacosh", asin "casin", asinh "casinh", atan "catan", atanh "catanh",
    cos "ccos", cosh "ccosh", exp "cexp", log "clog", sin "csin", sinh "csinh", sqrt "csqrt",
    tan "ctan", tanh "ctanh"
}
