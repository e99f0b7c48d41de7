//! The command line. Values stay text here, so that one place judges flags, variables and the file alike.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::keys::Key;

/// Voice-first video consultations: the media server, the signaling and the page in one program.
#[derive(Debug, Parser)]
#[command(
    name = "nhipcau",
    version,
    arg_required_else_help = true,
    after_help = "Every key may also be given as a variable (NHIPCAU_LISTEN) or in the TOML file (listen).\n\
                  Flags win over variables, variables over the file, the file over the defaults.\n\
                  Exit codes: 0 ended well, 1 failed, 64 the command line or the configuration is wrong."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The keys of the configuration.
    #[command(flatten)]
    pub keys: KeyFlags,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve consultations until SIGTERM or Ctrl-C.
    Serve(ServeFlags),
    /// Try the ports, the store, the certificate and the addresses; say what is wrong and how to mend it.
    Check,
    /// Copy the store to a file that only you may read, while the server runs or when it does not.
    Backup {
        /// Where to; what is there is replaced once the copy is whole.
        file: PathBuf,
    },
    /// Put a backup in the place of the store, once it was found whole and its keys fit; no server may run.
    Restore {
        /// The backup.
        file: PathBuf,

        /// Also if the store there is not empty, or cannot be opened: it is gone then.
        #[arg(long)]
        replace: bool,
    },
    /// Look whether the logs of who did what are what was written.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// What to do with the logs of who did what.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Recompute every chain and name the first entry of each log that was tampered with; exit code 1 if any.
    Verify {
        /// A backup; without it the store, whether the server runs or not.
        file: Option<PathBuf>,

        /// What export-heads wrote earlier: also tell which logs were cut, made anew or taken away since.
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
    },
    /// Write how long each log is and where its chain ends, one line each, to be kept elsewhere.
    ExportHeads {
        /// A backup; without it the store, whether the server runs or not.
        file: Option<PathBuf>,
    },
}

/// Flags of `serve` that are not configuration: they concern one run.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeFlags {
    /// Make a room with three people at start and print their links.
    #[arg(long)]
    pub demo: bool,

    /// Make a clinic to look at, with people who work there and three patients today, and print how to sign in.
    #[arg(long)]
    pub demo_clinic: bool,

    /// Once ready, write the address, the links of the demonstration and the admin secret to this file as JSON.
    #[arg(long, value_name = "FILE")]
    pub links_json: Option<PathBuf>,
}

/// Configuration keys as flags.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub struct KeyFlags {
    /// Read this TOML file; its keys are named like the flags, with _ for -.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print the configuration that would be used, and where each value comes from, then exit.
    #[arg(long, global = true)]
    pub print_config: bool,

    /// Serve the page and the signaling here; plain HTTP on loopback only [default: 127.0.0.1:8080].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,

    /// UDP ports for media, the first free one for each shard; 0 takes any free port [default: 50000-50255].
    #[arg(long, global = true, value_name = "FIRST-LAST")]
    pub udp_ports: Option<String>,

    /// An address at which others reach this machine; may be repeated [default: those of the interfaces].
    #[arg(long, global = true, value_name = "IP")]
    pub public_address: Vec<String>,

    /// Where people reach the page, for links in messages; needed behind a proxy
    /// [default: where this server listens].
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// The certificate chain as PEM; read again when it changes.
    #[arg(long, global = true, value_name = "FILE")]
    pub tls_cert: Option<String>,

    /// The private key as PEM.
    #[arg(long, global = true, value_name = "FILE")]
    pub tls_key: Option<String>,

    /// Make a certificate at start, for a LAN; browsers will warn.
    #[arg(long, global = true, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub tls_self_signed: Option<String>,

    /// The secret for making rooms [default: a random one]; others on this machine can see flags, so
    /// prefer --admin-secret-file.
    #[arg(long, global = true, value_name = "SECRET")]
    pub admin_secret: Option<String>,

    /// Read the admin secret from this file.
    #[arg(long, global = true, value_name = "FILE")]
    pub admin_secret_file: Option<String>,

    /// The database file, or redis://… (rediss:// with TLS) [default: ./nhipcau.redb]; others on this
    /// machine can see flags, so put an address with a password into the file.
    #[arg(long, global = true, value_name = "FILE|ADDRESS")]
    pub store: Option<String>,

    /// The keys that open names and chat in the store; made at the first start, and in no backup
    /// [default: the database file with .key behind; ./nhipcau.key for a Redis].
    #[arg(long, global = true, value_name = "FILE")]
    pub store_key_file: Option<String>,

    /// The folder for messages to people, from where a program of the hospital's takes them
    /// [default: the database file with .messages behind; ./nhipcau.messages for a Redis].
    #[arg(long, global = true, value_name = "FOLDER")]
    pub messages_dir: Option<String>,

    /// To which machines webhooks may go: those with public addresses only, also those of private networks (RFC 1918,
    /// RFC 4193), or also this one, without TLS, for a try [default: public].
    #[arg(long, global = true, value_name = "public|private|loopback")]
    pub webhooks_to: Option<String>,

    /// Media threads [default: one a core].
    #[arg(long, global = true, value_name = "NUMBER")]
    pub shards: Option<String>,

    /// After SIGTERM, let running consultations go on for this long [default: 60].
    #[arg(long, global = true, value_name = "SECONDS")]
    pub drain_seconds: Option<String>,

    /// What to log, such as info or warn,nhipcau=debug [default: info].
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,

    /// Whose server this is; stands on the first screen of every invitation.
    #[arg(long, global = true, value_name = "NAME")]
    pub clinic_name: Option<String>,

    /// The keys with which a hospital system signs invitations of its own, as a TOML file (its form is
    /// in deploy/nhipcau.toml); read at start.
    #[arg(long, global = true, value_name = "FILE")]
    pub token_keys: Option<String>,
}

impl KeyFlags {
    /// The values typed for `key`, in order; empty when the flag was not given.
    pub(super) fn values(&self, key: Key) -> Vec<String> {
        let one = match key {
            Key::PublicAddress => return self.public_address.clone(),
            Key::Listen => &self.listen,
            Key::UdpPorts => &self.udp_ports,
            Key::PublicUrl => &self.public_url,
            Key::TlsCert => &self.tls_cert,
            Key::TlsPrivate => &self.tls_key,
            Key::TlsSelfSigned => &self.tls_self_signed,
            Key::AdminSecret => &self.admin_secret,
            Key::AdminSecretFile => &self.admin_secret_file,
            Key::Store => &self.store,
            Key::StoreKeyFile => &self.store_key_file,
            Key::MessagesDir => &self.messages_dir,
            Key::WebhooksTo => &self.webhooks_to,
            Key::Shards => &self.shards,
            Key::DrainSeconds => &self.drain_seconds,
            Key::Log => &self.log,
            Key::ClinicName => &self.clinic_name,
            Key::TokenKeys => &self.token_keys,
        };
        one.iter().cloned().collect()
    }
}
