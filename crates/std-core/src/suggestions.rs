//! The module `_suggestions`: the name nearest to a mistyped one.

use orochi_object::prelude::*;
use orochi_text::nearest::nearest;

/// The code points of a text.
fn points(cx: &Cx, text: Ref<PyStr>) -> Res<Vec<u32>> {
    let mut points = Vec::new();
    cx.make_room(&mut points, text.len())?;
    points.extend(text.text().iter());
    Ok(points)
}

fn generate(cx: &Cx, args: Args) -> Res {
    let Some(list) = args.get(0).downcast::<PyList>() else {
        return raise!(cx, TYPE_ERROR, "candidates must be a list");
    };
    let items = list.snapshot(cx)?;
    // Copies of all texts, four bytes a character.
    let texts = items.values().iter().copied().chain([args.get(1)]).filter_map(Value::as_str);
    cx.expect_memory(texts.map(|text| text.len() * 4 + 32).sum())?;
    let mut candidates = Vec::with_capacity(items.len());
    for item in items.values() {
        match item.as_str() {
            Some(text) => candidates.push(points(cx, text)?),
            None => {
                return raise!(cx, TYPE_ERROR, "all elements in 'candidates' must be strings");
            }
        }
    }
    let name = ops::expect_str(cx, args.get(1), "_generate_suggestions() argument 2")?;
    let name = points(cx, name)?;
    let found = nearest(&name, &candidates);
    Ok(found.map_or(Value::NONE, |i| items.values()[i]))
}

/// The module `_suggestions`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_suggestions",
    functions: &[function("_generate_suggestions", "(candidates, item, /)", generate)],
    ..ModuleDef::DEFAULT
};
