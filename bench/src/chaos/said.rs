//! What a node says about its jobs: a line on its output, or a call in the same process.
//!
//! **Always holds:** a line is out of the process when `say` returns, so a kill loses nothing that was said.

use std::{fmt, io::Write, str::FromStr, sync::Arc};

/// One thing that happened to the job with this number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The node works.
    Ready,
    /// The transaction that asked for it was committed.
    Accepted(i64),
    /// Its body began.
    Started(i64),
    /// Its effects and its completion were committed.
    Done(i64),
    /// Its effects were refused, because another worker has it by now.
    Fenced(i64),
    /// It failed, for this reason.
    Failed(i64, String),
}

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => write!(out, "ready"),
            Self::Accepted(n) => write!(out, "accepted {n}"),
            Self::Started(n) => write!(out, "started {n}"),
            Self::Done(n) => write!(out, "done {n}"),
            Self::Fenced(n) => write!(out, "fenced {n}"),
            Self::Failed(n, reason) => write!(out, "failed {n} {}", reason.replace('\n', " ")),
        }
    }
}

/// A line that no node says: cut off by a kill, or not ours.
#[derive(Debug, PartialEq, Eq)]
pub struct Unheard;

impl FromStr for Said {
    type Err = Unheard;
    fn from_str(line: &str) -> Result<Self, Unheard> {
        let mut words = line.splitn(3, ' ');
        let (word, number) = (words.next().unwrap_or_default(), words.next());
        let number = || number.and_then(|number| number.parse().ok()).ok_or(Unheard);
        Ok(match word {
            "ready" => Self::Ready,
            "accepted" => Self::Accepted(number()?),
            "started" => Self::Started(number()?),
            "done" => Self::Done(number()?),
            "fenced" => Self::Fenced(number()?),
            "failed" => Self::Failed(number()?, words.next().unwrap_or_default().to_owned()),
            _ => return Err(Unheard),
        })
    }
}

/// Where a node says it. Clones say it to the same place.
#[derive(Clone)]
pub struct Voice(Arc<dyn Fn(Said) + Send + Sync>);

impl Voice {
    /// Whatever hears it.
    pub fn new(hear: impl Fn(Said) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// A line on stdout.
    pub fn stdout() -> Self {
        Self::new(|said| {
            let mut out = std::io::stdout().lock();
            // Nobody listens any more: the one that started us has gone, and the end of our input ends us too.
            drop(writeln!(out, "{said}").and_then(|()| out.flush()));
        })
    }

    pub fn say(&self, said: Said) {
        (self.0)(said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        for said in [
            Said::Ready,
            Said::Accepted(1_000_007),
            Said::Started(-2),
            Said::Done(3),
            Said::Fenced(4),
            Said::Failed(5, "the database is away".to_owned()),
        ] {
            assert_eq!(said.to_string().parse(), Ok(said));
        }
        assert_eq!("accepted 10x".parse::<Said>(), Err(Unheard));
        assert_eq!("acc".parse::<Said>(), Err(Unheard));
    }
}
