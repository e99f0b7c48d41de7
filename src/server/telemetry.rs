//! The log: one line an event on stderr, filtered by the `log` key. Personal data never gets here.
//!
//! Records of the `log` crate are left out on purpose: at `trace`, the WebSocket library writes whole messages
//! through it.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Sends the log of the whole process to stderr. Only the first call has an effect.
pub fn start(filter: &str) {
    let subscriber = tracing_subscriber::fmt()
        // The filter was validated with the configuration; a directive that fails here is left out.
        .with_env_filter(EnvFilter::builder().parse_lossy(filter))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .finish();
    // Err says that a log is running already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
