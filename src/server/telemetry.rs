//! The log: one line an event on stderr, filtered by the `log` key. Personal data never gets here.
//!
//! Only our own events are written, whatever the key says: from `debug` on, the WebRTC engine names peers'
//! addresses and ICE passwords, and no filter that somebody types in haste may bring them to light.
//! Records of the `log` crate are left out for the same reason: at `trace`, the WebSocket library writes
//! whole messages through it.

use std::io::IsTerminal as _;

use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::{EnvFilter, fmt, registry};

/// The crates whose events are written: they are held to the rule that people are not named.
const OURS: [&str; 2] = ["nhipcau", "signaling"];

/// Sends the log of the whole process to stderr. Only the first call has an effect.
pub fn start(filter: &str) {
    let subscriber = subscriber(filter, std::io::stderr, std::io::stderr().is_terminal());
    // Err says that a log is running already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn subscriber<W>(filter: &str, writer: W, has_colours: bool) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // The filter was validated with the configuration; a directive that fails here is left out.
    let wanted = EnvFilter::builder().parse_lossy(filter);
    let lines = fmt::layer().with_writer(writer).with_ansi(has_colours);
    registry()
        .with(wanted)
        .with(lines.with_filter(filter_fn(is_ours)))
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    let from = metadata.target().split("::").next().unwrap_or_default();
    OURS.contains(&from)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::subscriber;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("paper").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(filter: &str) -> String {
        let paper = Paper::default();
        let writer = paper.clone();
        let log = subscriber(filter, move || writer.clone(), false);
        tracing::subscriber::with_default(log, || {
            tracing::debug!(target: "is::agent", "remote password");
            tracing::error!(target: "nhipcau_somebody_elses", "remote address");
            tracing::info!(target: "nhipcau::server::build", "serving");
            tracing::trace!(target: "signaling::room", "said");
        });
        let bytes = paper.0.lock().expect("paper").clone();
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn no_filter_brings_the_events_of_libraries_to_light() {
        for filter in ["trace", "is=trace,nhipcau=info", "is::agent=trace"] {
            assert!(!written(filter).contains("remote"), "{filter}");
        }
    }

    #[test]
    fn the_filter_chooses_among_our_own_events() {
        let all = written("trace");
        assert!(all.contains("serving") && all.contains("said"), "{all}");
        let few = written("info");
        assert!(few.contains("serving") && !few.contains("said"), "{few}");
        assert!(written("off").is_empty());
    }
}
