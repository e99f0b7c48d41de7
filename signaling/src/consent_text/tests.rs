use std::collections::BTreeSet;

use super::*;

fn scopes(scopes: &[Scope]) -> Scopes {
    scopes.iter().copied().collect()
}

#[test]
fn every_language_says_the_same_box_for_box_and_paragraph_for_paragraph() {
    let vietnamese = newest("vi").unwrap();
    assert_eq!(vietnamese.boxes.len(), 3);
    for language in ["vi", "en", "ko"] {
        let text = newest(language).unwrap();
        assert_eq!(text.version, vietnamese.version);
        assert!(!text.title.is_empty());
        assert_eq!(text.paragraphs.len(), 4, "{language}");
        let boxes = |text: &Text| {
            text.boxes
                .iter()
                .map(|(scope, _)| *scope)
                .collect::<Vec<_>>()
        };
        assert_eq!(boxes(text), boxes(vietnamese), "{language}");
        assert!(text.boxes.iter().all(|(_, words)| words.len() > 20));
    }
    assert_eq!(languages().collect::<Vec<_>>(), ["vi", "en", "ko"]);
    assert_eq!(newest("fr"), None);
}

#[test]
fn each_says_that_the_server_handles_sound_and_picture_unencrypted() {
    for (language, words) in [
        ("vi", "không mã hóa"),
        ("en", "unencrypted"),
        ("ko", "암호화되지 않은"),
    ] {
        let text = newest(language).unwrap();
        let (scope, said) = text.boxes[0];
        assert_eq!(scope, Scope::CareByVideo);
        assert!(said.contains(words), "{said}");
        assert!(text.paragraphs.iter().any(|one| one.contains(words)));
    }
}

#[test]
fn a_hash_leads_to_exactly_the_words_that_were_shown() {
    let text = newest("vi").unwrap();
    let care = scopes(&[Scope::CareByVideo]);
    let both = scopes(&[Scope::CareByVideo, Scope::InterpreterPresent]);
    assert_eq!(known(text.hash(care)), Some((text, care)));
    assert_eq!(known(text.hash(both)), Some((text, both)));
    assert_ne!(text.hash(care), newest("en").unwrap().hash(care));
    assert_eq!(known(ContentHash([0; 32])), None);
    let all: BTreeSet<_> = texts()
        .iter()
        .flat_map(every_hash)
        .map(|(hash, ..)| hash)
        .collect();
    assert_eq!(all.len(), FILES.len() * 7);
}

/// These hashes stand in logs: a word that changes needs a new version, beside this one.
#[test]
fn the_words_of_a_version_never_change() {
    let hashes = FILES.map(Text::parse).map(|text| {
        let all = text.boxes.iter().map(|(scope, _)| *scope).collect();
        let hash = text.hash(all).0;
        let begin = crate::store::hexadecimal::text(&hash[..8]);
        format!("{} {} {begin}", text.version, text.language)
    });
    insta::assert_snapshot!(hashes.join("\n"));
}
