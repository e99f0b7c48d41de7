//! The file of keys with which a hospital system signs invitations.
//!
//! ```toml
//! [[keys]]
//! kid = "2026-11"
//! alg = "EdDSA"
//! public_key = "his.pem"        # a PEM file, sought beside this one, or the PEM itself
//!
//! [[keys]]
//! kid = "2026-10"
//! alg = "HS256"
//! secret = "…"                  # base64 of 32 bytes or more
//! ```
//!
//! **Invariant:** no sentence about it shows a value that may be a secret.

use std::path::Path;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};
use figment::{Profile, Provider};
use signaling::{TokenKey, TokenKeys};

/// What is wrong with the file; completes a sentence that names it.
type Problem = String;

/// Reads and checks the file.
pub(super) fn read(path: &Path) -> Result<TokenKeys, Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    parse(&text, folder)
}

fn parse(text: &str, folder: &Path) -> Result<TokenKeys, Problem> {
    // What the parser says quotes the line, and the line may hold a secret.
    let mut profiles = Toml::string(text)
        .data()
        .map_err(|_quotes| "is not TOML".to_owned())?;
    let values = profiles.remove(&Profile::Default).unwrap_or_default();
    only(&values, &["keys"], "it")?;
    let keys = match values.get("keys") {
        Some(Value::Array(_, keys)) if !keys.is_empty() => keys,
        _ => return Err("has no [[keys]] in it".to_owned()),
    };
    let keys = keys.iter().enumerate();
    let keys = keys.map(|(index, key)| {
        let place = format!("keys[{index}]");
        let table = key.as_dict().ok_or(format!("{place} must be a table"))?;
        self::key(table, folder).map_err(|problem| format!("{place}: {problem}"))
    });
    let keys = keys.collect::<Result<Vec<_>, Problem>>()?;
    TokenKeys::new(keys).map_err(|error| error.to_string())
}

fn key(table: &Dict, folder: &Path) -> Result<TokenKey, Problem> {
    let kid = text(table, "kid")?;
    match text(table, "alg")? {
        "HS256" => {
            only(table, &["kid", "alg", "secret"], "it")?;
            TokenKey::hs256(kid, text(table, "secret")?).map_err(|error| error.to_string())
        }
        "EdDSA" => {
            only(table, &["kid", "alg", "public_key"], "it")?;
            let pem = pem(text(table, "public_key")?, folder)?;
            TokenKey::ed_dsa(kid, &pem).map_err(|error| error.to_string())
        }
        _ => Err("alg must be \"HS256\" or \"EdDSA\"".to_owned()),
    }
}

/// The PEM itself, or the file that holds it.
fn pem(given: &str, folder: &Path) -> Result<String, Problem> {
    if given.contains("-----BEGIN") {
        return Ok(given.to_owned());
    }
    let path = folder.join(given);
    std::fs::read_to_string(&path)
        .map_err(|error| format!("public_key {} cannot be read: {error}", path.display()))
}

fn text<'a>(table: &'a Dict, name: &str) -> Result<&'a str, Problem> {
    let value = table.get(name).ok_or(format!("{name} is missing"))?;
    value.as_str().ok_or(format!("{name} must be text"))
}

/// A misspelt name must not silently mean nothing.
fn only(table: &Dict, known: &[&str], place: &str) -> Result<(), Problem> {
    match table.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!(
            "{place} has {name:?}, which is none of {}",
            known.join(", ")
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAL0yeALw28/cpq9pbLbqV40jmIA8rAYPfi2A12cx3LXI=
-----END PUBLIC KEY-----
";
    const SECRET: &str = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

    fn told(text: &str) -> String {
        parse(text, Path::new("/nonexistent")).expect_err("refused")
    }

    #[test]
    fn several_keys_are_good_at_once() {
        let text = format!(
            "[[keys]]\nkid = \"new\"\nalg = \"EdDSA\"\npublic_key = \"\"\"{PEM}\"\"\"\n\
             [[keys]]\nkid = \"old\"\nalg = \"HS256\"\nsecret = \"{SECRET}\"\n"
        );
        let keys = parse(&text, Path::new(".")).expect("two keys");
        assert_eq!(keys.kids().collect::<Vec<_>>(), ["new", "old"]);
        assert!(!format!("{keys:?}").contains(SECRET));
    }

    #[test]
    fn a_public_key_may_be_a_file_beside_it() {
        let folder = std::env::temp_dir().join(format!("nhipcau-keys-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("his.pem"), PEM).expect("a file");
        let text = "[[keys]]\nkid = \"a\"\nalg = \"EdDSA\"\npublic_key = \"his.pem\"\n";
        std::fs::write(folder.join("keys.toml"), text).expect("a file");
        assert_eq!(
            read(&folder.join("keys.toml"))
                .expect("a key")
                .kids()
                .count(),
            1
        );
        std::fs::remove_dir_all(folder).expect("gone");
    }

    #[test]
    fn every_mistake_is_named_and_no_secret_is_shown() {
        let key = |rest: &str| format!("[[keys]]\nkid = \"a\"\n{rest}\n");
        let cases = [
            (String::new(), "has no [[keys]] in it"),
            ("keys = []".to_owned(), "has no [[keys]] in it"),
            ("keys = 1".to_owned(), "has no [[keys]] in it"),
            ("keys = [1]".to_owned(), "keys[0] must be a table"),
            (
                "[[key]]\nkid = \"a\"".to_owned(),
                "it has \"key\", which is none of keys",
            ),
            ("secret = \"swordfish".to_owned(), "is not TOML"),
            (key(""), "keys[0]: alg is missing"),
            (
                key("alg = \"none\""),
                "keys[0]: alg must be \"HS256\" or \"EdDSA\"",
            ),
            (key("alg = \"HS256\""), "keys[0]: secret is missing"),
            (
                key("alg = \"HS256\"\nsecret = 12345"),
                "keys[0]: secret must be text",
            ),
            (
                key("alg = \"HS256\"\nsecret = \"c3dvcmRmaXNo\""),
                "keys[0]: secret must be base64 of 32 bytes at least, got 9 bytes",
            ),
            (
                key(&format!(
                    "alg = \"HS256\"\nsecret = \"{SECRET}\"\npublic_key = \"x\""
                )),
                "keys[0]: it has \"public_key\", which is none of kid, alg, secret",
            ),
            (
                key("alg = \"EdDSA\"\npublic_key = \"-----BEGIN CERTIFICATE-----\""),
                "keys[0]: public_key must be an Ed25519 public key as PEM (\"BEGIN PUBLIC KEY\")",
            ),
        ];
        for (text, wanted) in cases {
            let problem = told(&text);
            assert_eq!(problem, wanted, "{text}");
            assert!(!problem.contains("swordfish"));
        }
        assert!(
            told(&key("alg = \"EdDSA\"\npublic_key = \"gone.pem\""))
                .starts_with("keys[0]: public_key /nonexistent/gone.pem cannot be read: ")
        );
        let twice = key(&format!("alg = \"HS256\"\nsecret = \"{SECRET}\"")).repeat(2);
        assert_eq!(told(&twice), "every kid must be there once");
    }
}
