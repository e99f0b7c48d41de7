//! Parse → load → trace → build → run → exit code.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};
use nhipcau::config::{AuditCommand, Cli, Command, ServeFlags, Settings, Typed};
use nhipcau::server::build::App;
use nhipcau::server::check::Report;
use nhipcau::server::drain::Stop;
use nhipcau::server::links_file::LinksFile;
use nhipcau::server::upkeep::{self, Outcome, Replace};
use nhipcau::server::{self, demo, first, telemetry, tls};
use signaling::demonstration::demonstrate;

/// What was typed cannot be used (`EX_USAGE` of sysexits.h).
const BAD_CONFIGURATION: u8 = 64;

/// Signaling only: media runs on threads of its own, one a shard, which must not wait for their core.
const SIGNALING_THREADS: usize = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing sensible is left to do when the terminal is gone.
            let _ = error.print();
            return if error.use_stderr() {
                BAD_CONFIGURATION.into()
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nhipcau: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes, leaving out a cause that the text before it quotes already.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let typed = Typed::gather(&cli.keys, std::env::vars_os());
    let loaded = typed
        .and_then(|typed| Settings::from_typed(&typed, cores).map(|settings| (settings, typed)));
    let (settings, typed) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            eprintln!("nhipcau: {error}");
            return Ok(BAD_CONFIGURATION.into());
        }
    };
    if cli.keys.print_config {
        say(&settings.print(&typed));
        return Ok(ExitCode::SUCCESS);
    }
    telemetry::start(&settings.log);
    tls::install_provider();
    match cli.command {
        Some(Command::Serve(flags)) => serve(&settings, &flags),
        Some(Command::Check) => Ok(check(&settings)),
        Some(Command::Backup { file }) => look_after(upkeep::backup(&settings, &file)),
        Some(Command::Restore { file, replace }) => {
            let replace = if replace {
                Replace::Whatever
            } else {
                Replace::Never
            };
            look_after(upkeep::restore(&settings, &file, replace))
        }
        Some(Command::Audit(AuditCommand::Verify { file, heads })) => {
            look_after(upkeep::verify(&settings, file.as_deref(), heads.as_deref()))
        }
        Some(Command::Audit(AuditCommand::ExportHeads { file })) => {
            look_after(upkeep::export_heads(&settings, file.as_deref()))
        }
        None => {
            Cli::command().print_help()?;
            Ok(BAD_CONFIGURATION.into())
        }
    }
}

fn serve(settings: &Settings, flags: &ServeFlags) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(SIGNALING_THREADS)
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    runtime.block_on(async {
        // Before anything is opened: a signal during the start must already end it in order.
        let stop = Stop::on_signals().context("signals cannot be listened to")?;
        let app = App::start(settings).await?;
        let links = if flags.demo {
            demo::make_room(app.service(), app.url()).await?
        } else {
            Vec::new()
        };
        let clinic = if flags.demo_clinic {
            let made = demonstrate(app.service(), app.accounts()).await?;
            demo::clinic_words(made.as_ref(), app.url())
        } else {
            String::new()
        };
        let first = first::offer(app.accounts(), app.url()).await?;
        if let Some(path) = &flags.links_json {
            let file = LinksFile {
                listening: app.url(),
                links: &links,
                first_administrators: &first,
                admin_secret: app.admin_secret(),
            };
            file.write(path)
                .with_context(|| format!("{} cannot be written", path.display()))?;
        }
        say(&first::words(&first));
        say(&clinic);
        if flags.demo {
            say(&demo::words(&links));
        } else {
            say(&format!("Serving {}\n", app.url()));
        }
        app.serve(stop).await.context("serving ended")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn check(settings: &Settings) -> ExitCode {
    let report = Report::make(settings, server::now());
    say(&report.to_string());
    if report.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn look_after(work: impl Future<Output = anyhow::Result<Outcome>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    let Outcome { words, is_good } = runtime.block_on(work)?;
    say(&words);
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints to a reader who may be gone: a script that read its links must not end the server by leaving,
/// as `print!` would by its panic.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
