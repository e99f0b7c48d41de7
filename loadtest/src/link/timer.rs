//! A timer that is not rounded to milliseconds, as the runtime's own are.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
use tokio::io::unix::AsyncFd;

/// A timer of the kernel, good to its scheduling (about 0.1 ms on an idle machine).
#[derive(Debug)]
pub struct Timer {
    timer: AsyncFd<OwnedFd>,
    /// What it was set to last, by the caller's clock.
    due: Option<Duration>,
}

impl Timer {
    /// A timer that does not run. Within a Tokio runtime.
    pub fn new() -> std::io::Result<Self> {
        let timer = rustix::time::timerfd_create(
            TimerfdClockId::Monotonic,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for types whose descriptor may change; an OwnedFd keeps its own"
        )]
        let timer = AsyncFd::new(timer)?;
        Ok(Self { timer, due: None })
    }

    /// It rings once when the caller's clock, which shows `now`, shows `due`; `None` stops it.
    pub fn set(&mut self, now: Duration, due: Option<Duration>) -> std::io::Result<()> {
        if self.due == due {
            return Ok(());
        }
        self.due = due;
        // All zero would stop it, so what is due already rings a nanosecond from now.
        let after = due.map_or(Duration::ZERO, |due| {
            due.saturating_sub(now).max(Duration::from_nanos(1))
        });
        let spec = Itimerspec {
            it_interval: Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            },
            it_value: Timespec {
                tv_sec: i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: after.subsec_nanos().into(),
            },
        };
        rustix::time::timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &spec)?;
        Ok(())
    }

    /// When it rings.
    pub async fn ring(&mut self) -> std::io::Result<()> {
        loop {
            let mut ready = self.timer.readable().await?;
            let read = ready.try_io(|timer| {
                let mut rings = [0_u8; 8];
                rustix::io::read(timer.get_ref(), &mut rings).map_err(std::io::Error::from)
            });
            if let Ok(read) = read {
                // Set to the same time again, it must ring again.
                self.due = None;
                return read.map(|_| ());
            }
        }
    }
}
