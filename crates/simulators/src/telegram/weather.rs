//! Trouble by chance: the same seed brings the same storm.

use super::failures::Failure;

/// How often, in a thousand messages, something goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weather {
    /// Where chance begins; not zero.
    pub seed: u64,
    /// 429 with a pause of one to three seconds.
    pub too_many: u64,
    /// 500.
    pub server_errors: u64,
    /// Connections that break before anything is sent.
    pub cuts: u64,
    /// Answers that get lost after the message was sent.
    pub lost_answers: u64,
}

impl Weather {
    /// Nothing goes wrong.
    pub const fn calm(seed: u64) -> Self {
        Self {
            seed,
            too_many: 0,
            server_errors: 0,
            cuts: 0,
            lost_answers: 0,
        }
    }

    /// What happens to the next message.
    pub(super) fn strike(&mut self) -> Option<Failure> {
        let retry_after = u32::try_from(self.roll() % 3 + 1).unwrap_or(1);
        let mut dice = self.roll() % 1_000;
        let chances = [
            (self.too_many, Failure::TooManyRequests { retry_after }),
            (self.server_errors, Failure::ServerError),
            (self.cuts, Failure::Cut),
            (self.lost_answers, Failure::LostAnswer),
        ];
        for (chance, failure) in chances {
            if dice < chance {
                return Some(failure);
            }
            dice -= chance;
        }
        None
    }

    /// Marsaglia's xorshift: this crate has no other need of randomness.
    fn roll(&mut self) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_brings_its_storm_again_and_about_as_much_of_it_as_asked() {
        let weather = Weather {
            seed: 7,
            too_many: 200,
            server_errors: 100,
            cuts: 0,
            lost_answers: 0,
        };
        let storm = |mut weather: Weather| (0..2_000).map(|_| weather.strike()).collect::<Vec<_>>();
        let first = storm(weather.clone());
        assert_eq!(first, storm(weather));
        let errors = first.iter().filter(|it| **it == Some(Failure::ServerError)).count();
        assert!((120..280).contains(&errors), "{errors}");
        let calm = first.iter().filter(|it| it.is_none()).count();
        assert!((1_280..1_520).contains(&calm), "{calm}");
    }
}
