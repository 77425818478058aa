//! The pack holds what CPython's library holds, readable and patched.

use super::*;

#[test]
fn finds_modules_and_packages() {
    let os = find("os.py").expect("os");
    assert_eq!(os.path(), "os.py");
    assert!(os.is_module() && !os.is_package());
    assert!(String::from_utf8_lossy(&os.source()).contains("def makedirs("));
    assert_eq!(os.source().len(), os.source_len());

    assert_eq!(find_module("json").expect("json").path(), "json/__init__.py");
    assert!(find_module("json").expect("json").is_package());
    assert_eq!(find_module("json.decoder").expect("decoder").path(), "json/decoder.py");
    assert!(find("nothing.py").is_none());
    assert!(find_module("").is_none());
}

#[test]
fn every_file_unpacks_in_order() {
    let mut last = "";
    for entry in iter() {
        assert!(last < entry.path());
        last = entry.path();
        assert_eq!(entry.source().len(), entry.source_len(), "{}", entry.path());
        if let Some(code) = entry.code() {
            assert_eq!(code.as_ptr() as usize % 16, 0);
        }
    }
    assert!(len() > 500);
}

#[test]
fn lists_folders() {
    let json = list_dir("json").expect("json");
    let names: Vec<&str> = json.iter().map(|item| item.name).collect();
    assert_eq!(
        names,
        ["__init__.py", "__main__.py", "decoder.py", "encoder.py", "scanner.py", "tool.py"]
    );
    let root = list_dir("").expect("root");
    assert!(root.contains(&DirItem { name: "asyncio", is_dir: true }));
    assert!(root.contains(&DirItem { name: "os.py", is_dir: false }));
    assert!(list_dir("jso").is_none() && is_dir("asyncio") && !is_dir("os.py"));
}

#[test]
fn data_files_are_there() {
    let wheels = list_dir("ensurepip/_bundled").expect("wheels");
    let wheel = wheels.iter().find(|item| item.name.ends_with(".whl")).expect("a wheel");
    let entry = find(&format!("ensurepip/_bundled/{}", wheel.name)).expect("the wheel");
    assert!(entry.source().starts_with(b"PK"));
    assert!(entry.code().is_none());
    assert!(is_dir("venv/scripts/posix"));
    assert!(find("LICENSE.txt").is_some());
}

#[test]
fn no_other_implementation_is_named() {
    // One comment in a generated table and the texts of `pip` may speak of others; names may not.
    for path in ["site.py", "sysconfig/__init__.py", "platform.py", "io.py", "unittest/__init__.py"]
    {
        let source = find(path).expect(path).source();
        assert!(!String::from_utf8_lossy(&source).contains("RustPython"), "{path}");
        assert!(!String::from_utf8_lossy(&source).contains("RUSTPYTHON"), "{path}");
    }
    for path in ["idlelib/__init__.py", "tkinter/__init__.py", "turtle.py"] {
        assert!(find(path).is_none(), "{path}");
    }
}

#[test]
fn every_module_is_compiled() {
    let start = std::time::Instant::now();
    let mut bytes = 0;
    for entry in iter().filter(|entry| entry.is_module()) {
        let code = entry.code().unwrap_or_else(|| panic!("{} has no code", entry.path()));
        let unit = orochi_bytecode::decode(code).unwrap_or_else(|_| panic!("{}", entry.path()));
        assert_eq!(&*unit.filename, entry.path());
        bytes += code.len();
    }
    println!("{bytes} bytes of code decoded in {:?}", start.elapsed());
}
