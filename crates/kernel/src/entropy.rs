//! Randomness is a parameter: production seeds from the operating system, tests from a number.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

use crate::{
    Timestamp,
    id::{self, TypedId},
};

/// A cryptographic generator that many tasks share. Clones continue one stream.
#[derive(Clone, Debug)]
pub struct Entropy(Arc<Mutex<StdRng>>);

impl Entropy {
    /// Seeded once by the operating system.
    ///
    /// # Panics
    /// When the operating system has no randomness: nothing safe could follow.
    pub fn system() -> Self {
        let rng = StdRng::try_from_rng(&mut rand::rngs::SysRng).expect("the operating system provides randomness");
        Self(Arc::new(Mutex::new(rng)))
    }

    /// The same stream for the same number: for tests and demo data.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        // A panic while drawing leaves the generator usable: its state is only numbers.
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// A uniform number under `bound`, which must not be zero.
    pub fn below(&self, bound: u64) -> u64 {
        self.with(|rng| rng.random_range(0..bound))
    }

    /// A token of 256 bits that can stand in an address.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A new id, ordered by `now`.
    pub fn id<T: TypedId>(&self, now: Timestamp) -> T {
        T::from_bits(id::layout(now.millis(), u128::from_be_bytes(self.bytes())))
    }
}
