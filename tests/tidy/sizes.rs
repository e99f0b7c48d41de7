//! No growing object: files stay small enough to be read in one sitting.

use crate::tree;

/// Lines a source file may have.
const MOST_LINES: usize = 500;

/// Files that are longer, and how long they may be. The list and its numbers may only shrink.
const EXCEPTIONS: &[(&str, usize)] = &[];

#[test]
fn no_file_grows_beyond_a_sitting() {
    let folders = [
        "src",
        "signaling",
        "loadtest",
        "web-client",
        "tests",
        "scripts",
    ];
    let endings = [".rs", ".ts", ".tsx", ".mjs", ".css", ".sh"];
    let mut complaints = Vec::new();
    for file in folders
        .iter()
        .flat_map(|folder| tree::files(folder, &endings))
    {
        let lines = file.text.lines().count();
        let exception = EXCEPTIONS.iter().find(|(path, _)| *path == file.path);
        let most = exception.map_or(MOST_LINES, |(_, most)| *most);
        if lines > most {
            complaints.push(format!("{}: {lines} lines, {most} at most", file.path));
        }
        if exception.is_some_and(|(_, most)| lines < *most) {
            complaints.push(format!(
                "{}: shrank to {lines}: lower its exception",
                file.path
            ));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
