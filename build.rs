//! Sees to it that there is a folder to embed the page from: `cargo build` works before the page is built,
//! and the server then says so.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let page = Path::new("web-client/dist");
    std::fs::create_dir_all(page)?;
    println!("cargo::rerun-if-changed={}", page.display());
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
