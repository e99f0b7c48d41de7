//! The flags of `link`, and the plan they become.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Refused, within};
use crate::link::emulator::Way;
use crate::link::profiles;
use crate::link::run::LinkPlan;
use crate::link::spec::LinkSpec;

/// A day: longer, and it was forgotten.
const MAX_LINK_SECONDS: u64 = 86_400;

/// The flags of `link`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The namespace behind the weak link: the id of a process in it, a name of `ip netns`, or a path.
    #[arg(long, value_name = "NAMESPACE", required_unless_present = "calibrate")]
    pub inside: Option<String>,
    /// The namespace on the good side, named likewise.
    #[arg(long, value_name = "NAMESPACE", required_unless_present = "calibrate")]
    pub outside: Option<String>,
    /// A link that is built in (listed below).
    #[arg(long, value_name = "NAME", conflicts_with = "link")]
    pub profile: Option<String>,
    /// A link of your own, in a file of JSON (described below).
    #[arg(long, value_name = "FILE")]
    pub link: Option<PathBuf>,
    /// Bytes of the largest packet, 576 to 1,500; otherwise what the link says, or 1,400.
    #[arg(long)]
    pub mtu: Option<u16>,
    /// Decides which packets are lost, which are late, and how generated traces run.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Listen here, on a Unix socket, for requests that change and read the link (listed below).
    #[arg(long, value_name = "PATH")]
    pub control: Option<PathBuf>,
    /// End after so long; otherwise on SIGTERM or Ctrl-C.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Measure links with real devices against theory instead, for a minute, in two namespaces of its own; exits
    /// with 1 if a figure is outside of its tolerance.
    #[arg(long, exclusive = true)]
    pub calibrate: bool,
}

/// What is to be done.
#[derive(Debug)]
pub enum LinkTask {
    /// Run a link.
    Run(Box<LinkPlan>),
    /// Measure whether links do what they should.
    Calibrate,
}

/// What `--help` says below the flags.
pub fn explanation() -> String {
    format!(
        r#"Once packets pass, one line is printed: {{"ready":true,"inside":"10.…","outside":"10.…",…}}, with the addresses
of both ends. The link is the way out of its inside. Both devices go when it ends.

Profiles (down/up, round trip + jitter each way, loss, queue down/up, outages):
{profiles}
A file for --link:
  {{"mtu":1400,
   "up":{{"rate_kbps":30,"queue_bytes":15000,"delay_ms":300,"jitter_ms":100,"loss_percent":1}},
   "down":{{"trace":"mast.txt","queue_bytes":15000,"loss_percent":10,"burst_ms":48}},
   "outages":[{{"mode":"hold","at_s":10,"length_s":3,"every_s":20}}]}}
Delay and jitter are one way. With burst_ms, loss comes in fades of that mean length, which pass by the clock: 48 ms at
10 % are three packets in a row at 20 ms a packet. An outage holds (keeps what fits the queue, delivers it late) or
drops. A trace is a file of `seconds kbit/s` lines or a mahimahi file, or generated: evdo-like, umts-like.

Requests on the control socket, a line of JSON each; every answer is a line with "ok":
  {{"cmd":"link"}}                                                   the link as it is now
  {{"cmd":"set","direction":"up","to":{{"rate_kbps":20}}}}             up, down or both; what is not named stays
  {{"cmd":"outage","direction":"both","mode":"hold","seconds":3}}    from now; without seconds until end_outage
  {{"cmd":"end_outage","direction":"both"}}
  {{"cmd":"restart_schedule"}}                                       outages and traces of the link start over
  {{"cmd":"stats"}}              totals: packets and bytes offered, delivered, dropped and lost, by direction and class
                               (tcp stun dtls data rtp rtcp icmp other), TCP connection, RTP stream and RTCP type
  {{"cmd":"series","from_ms":0}} the same over time by class and RTP payload type, with queue delays; 100 ms a bin, for an hour"#,
        profiles = profiles::table()
    )
}

impl LinkArgs {
    /// Checks every bound before anything is made.
    pub fn plan(&self) -> Result<LinkTask, Refused> {
        let (false, Some(inside), Some(outside)) = (self.calibrate, &self.inside, &self.outside)
        else {
            return Ok(LinkTask::Calibrate);
        };
        if let Some(seconds) = self.seconds {
            within("--seconds", seconds, 1, MAX_LINK_SECONDS)?;
        }
        let mut spec = self.spec()?;
        if let Some(mtu) = self.mtu {
            within("--mtu", mtu, 576, 1_500)?;
            spec.mtu = mtu;
        }
        for way in Way::BOTH {
            spec.shape(way, self.seed)
                .map_err(|error| Refused(format!("{way:?}link: {error}").to_lowercase()))?;
        }
        Ok(LinkTask::Run(Box::new(LinkPlan {
            inside: inside.clone(),
            outside: outside.clone(),
            spec,
            seed: self.seed,
            control: self.control.clone(),
            duration: self.seconds.map(Duration::from_secs),
        })))
    }

    fn spec(&self) -> Result<LinkSpec, Refused> {
        match (&self.profile, &self.link) {
            (Some(name), _) => profiles::named(name).ok_or_else(|| {
                let known: Vec<_> = profiles::names().collect();
                Refused(format!(
                    "--profile is {name}: {} are allowed",
                    known.join(", ")
                ))
            }),
            (None, Some(path)) => {
                let bad = |why: String| Refused(format!("--link {}: {why}", path.display()));
                let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
                LinkSpec::parse(&text).map_err(|error| bad(error.to_string()))
            }
            (None, None) => Err(Refused("one of --profile and --link is needed".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Scenario};

    fn plan(arguments: &str) -> Result<LinkPlan, Refused> {
        let words = format!("nhipcau-loadtest link --inside 7 --outside 8 {arguments}");
        match Cli::try_parse_from(words.split_whitespace())
            .unwrap()
            .scenario
        {
            Scenario::Link(link) => link.plan().map(|task| match task {
                LinkTask::Run(plan) => *plan,
                LinkTask::Calibrate => panic!("a calibration"),
            }),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_calibration_needs_nothing_and_takes_nothing_else() {
        let parse = |words: &str| Cli::try_parse_from(words.split_whitespace());
        let Scenario::Link(link) = parse("nhipcau-loadtest link --calibrate").unwrap().scenario
        else {
            panic!("another scenario");
        };
        assert!(matches!(link.plan(), Ok(LinkTask::Calibrate)));
        parse("nhipcau-loadtest link --calibrate --profile V2").unwrap_err();
        parse("nhipcau-loadtest link --inside 7 --profile V2").unwrap_err();
    }

    #[test]
    fn takes_a_profile_or_a_file() {
        let plan = plan("--profile V2 --seed 3 --seconds 90 --mtu 1300").unwrap();
        assert_eq!(
            (plan.seed, plan.duration),
            (3, Some(Duration::from_secs(90)))
        );
        assert_eq!(plan.spec.mtu, 1_300);
        assert_eq!(plan.spec.up.rate_kbps, Some(30.0));
    }

    #[test]
    fn names_what_is_wrong_and_what_is_allowed() {
        for (flags, complaint) in [
            ("", "one of --profile and --link is needed"),
            (
                "--profile V9",
                "--profile is V9: V0, V1, V2, V3, V4, V5, V6, V7, V8 are allowed",
            ),
            (
                "--profile V2 --seconds 0",
                "--seconds is 0: 1 to 86400 are allowed",
            ),
            (
                "--profile V2 --mtu 575",
                "--mtu is 575: 576 to 1500 are allowed",
            ),
            ("--link /nowhere.json", "--link /nowhere.json: "),
        ] {
            let refusal = plan(flags).unwrap_err();
            assert!(refusal.0.starts_with(complaint), "{refusal}");
        }
    }

    #[test]
    fn the_help_lists_every_profile_and_every_request() {
        let help = explanation();
        for id in profiles::names() {
            assert!(help.contains(&format!("\n{id} ")), "{id}");
        }
        for request in [
            "link",
            "set",
            "outage",
            "end_outage",
            "restart_schedule",
            "stats",
            "series",
        ] {
            assert!(
                help.contains(&format!("{{\"cmd\":\"{request}\"")),
                "{request}"
            );
        }
    }
}
