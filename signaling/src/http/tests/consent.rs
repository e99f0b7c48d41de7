//! The words of consent, as anybody may read them.

use super::*;

async fn read(path: &str) -> (StatusCode, Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    send(&server(), request).await
}

#[tokio::test]
async fn the_words_come_with_their_hash_and_only_the_boxes_that_are_asked() {
    let (status, one) = read("/v1/consent-text/vi/careByVideo").await;
    assert_eq!(status, StatusCode::OK, "{one}");
    assert_eq!(one["boxes"].as_array().unwrap().len(), 1);
    let words = one["boxes"][0]["words"].as_str().unwrap();
    assert!(words.contains("không mã hóa"), "{words}");
    let (_, two) = read("/v1/consent-text/vi/interpreterPresent,careByVideo").await;
    let scopes = two["boxes"].as_array().unwrap().iter();
    let scopes: Vec<_> = scopes.map(|one| one["scope"].as_str().unwrap()).collect();
    // In the order of the text, however they are asked for.
    assert_eq!(scopes, ["careByVideo", "interpreterPresent"]);
    assert_ne!(one["hash"], two["hash"]);
    assert_eq!(one["hash"].as_str().unwrap().len(), 64);
    let (_, english) = read("/v1/consent-text/en/careByVideo").await;
    assert_eq!(
        (&english["language"], &english["version"]),
        (&json!("en"), &one["version"])
    );
}

#[tokio::test]
async fn a_hash_is_of_the_words_as_anybody_can_put_them_together() {
    let (_, text) = read("/v1/consent-text/ko/careByVideo,observerPresent").await;
    let words = |list: &str, field: Option<&str>| -> Vec<String> {
        let list = text[list].as_array().unwrap().iter();
        let words = list.map(|one| field.map_or(one, |field| &one[field]));
        words.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let mut shown = vec![text["title"].as_str().unwrap().to_owned()];
    shown.extend(words("paragraphs", None));
    shown.extend(words("boxes", Some("words")));
    let shown = shown.join("\n\n");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, shown.as_bytes());
    let hash = crate::store::hexadecimal::text(hash.as_ref());
    assert_eq!(text["hash"], hash);
}

#[tokio::test]
async fn an_unknown_language_or_box_is_named_with_what_there_is() {
    for (path, said) in [
        ("/v1/consent-text/fr/careByVideo", "vi, en, ko"),
        ("/v1/consent-text/vi/dance", "interpreterPresent"),
        ("/v1/consent-text/vi/recording", "interpreterPresent"),
        ("/v1/consent-text/vi/careByVideo,", "interpreterPresent"),
    ] {
        let (status, problem) = read(path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
}
