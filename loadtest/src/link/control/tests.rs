use super::*;

/// A place for a socket of one test.
fn place(test: &str) -> PathBuf {
    std::env::temp_dir().join(format!("nhipcau-control-{}-{test}", std::process::id()))
}

/// What a caller hears after saying this, until the other side hangs up or a line is complete.
async fn say(path: &Path, text: &str) -> String {
    let caller = UnixStream::connect(path).await.unwrap();
    let mut caller = BufReader::new(caller);
    caller.write_all(text.as_bytes()).await.unwrap();
    let mut heard = String::new();
    // Who is hung up on while speaking may hear a reset.
    caller.read_line(&mut heard).await.ok();
    heard
}

#[tokio::test]
async fn every_caller_gets_the_answer_to_its_own_line() {
    let path = place("callers");
    let mut control = Control::listen(&path).unwrap();
    tokio::spawn(async move {
        while let Some(asked) = control.next().await {
            asked.reply.send(format!("<{}>", asked.line)).unwrap();
        }
    });
    let (one, other) = tokio::join!(say(&path, "one\n"), say(&path, "  other \n"));
    assert_eq!((one.as_str(), other.as_str()), ("<one>\n", "<other>\n"));
}

#[tokio::test]
async fn whoever_sends_a_line_without_end_is_hung_up_on() {
    let path = place("endless");
    let _control = Control::listen(&path).unwrap();
    assert_eq!(say(&path, &"x".repeat(70_000)).await, "");
}

#[tokio::test]
async fn the_socket_goes_with_the_link_and_replaces_only_a_dead_one() {
    let path = place("file");
    // As a killed link leaves it.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let control = Control::listen(&path).unwrap();
    let refusal = Control::listen(&path).unwrap_err();
    assert!(refusal.to_string().contains("--control"), "{refusal}");
    drop(control);
    assert!(!path.exists());
}
