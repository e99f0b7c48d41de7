//! `--links-json`: where the server listens, whom it awaits and how to administer it, for scripts.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::first::FirstLink;

/// The content of the file. It holds secrets, so only its owner may read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinksFile<'a> {
    /// The address of the page, with the real port.
    pub listening: &'a str,
    /// The people of the demonstration; empty without `--demo`.
    pub links: &'a [PersonalLink],
    /// The ways to clinics that nobody administers yet.
    pub first_administrators: &'a [FirstLink],
    /// Opens `POST /v1/rooms`.
    pub admin_secret: &'a str,
}

/// One person's way into the room.
#[derive(Debug, Clone, Serialize)]
pub struct PersonalLink {
    /// As the others see it.
    pub name: String,
    /// In the words of the wire: `practitioner`, `patient`, …
    pub role: String,
    /// The page with the secret of the link in its fragment.
    pub url: String,
}

impl LinksFile<'_> {
    /// Writes the file so that a reader finds all of it or nothing: beside its place first, then renamed.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let beside = beside(path);
        let written = self
            .write_new(&beside)
            .and_then(|()| std::fs::rename(&beside, path));
        if written.is_err() {
            // Half a file must not stay behind; that there is none is just as well.
            let _ = std::fs::remove_file(&beside);
        }
        written
    }

    fn write_new(&self, path: &Path) -> std::io::Result<()> {
        let mut options = std::fs::File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()
    }
}

/// A name in the same folder (a rename is atomic only inside a file system), of this process alone.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_appears_whole_and_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("nhipcau-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("links.json");
        let links = [PersonalLink {
            name: "Bà Mẩy".to_owned(),
            role: "patient".to_owned(),
            url: "http://127.0.0.1:8080/#abc".to_owned(),
        }];
        let first = [FirstLink {
            clinic: "Bệnh viện Mai".to_owned(),
            url: "http://127.0.0.1:8080/clinic#first=abc".to_owned(),
        }];
        let file = LinksFile {
            listening: "http://127.0.0.1:8080",
            links: &links,
            first_administrators: &first,
            admin_secret: "s",
        };
        file.write(&path).expect("written");
        file.write(&path).expect("written over");

        let text = std::fs::read_to_string(&path).expect("readable");
        insta::assert_snapshot!("links_file", text);
        let left: Vec<_> = std::fs::read_dir(&folder).expect("listed").collect();
        assert_eq!(left.len(), 1, "nothing stays beside the file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path)
                .expect("metadata")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let file = LinksFile {
            listening: "",
            links: &[],
            first_administrators: &[],
            admin_secret: "",
        };
        assert!(file.write(Path::new("/nonexistent/links.json")).is_err());
    }
}
