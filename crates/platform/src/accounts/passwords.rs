//! Hashing: the one thing here that costs a processor a noticeable moment, so it is rationed.
//!
//! **Always holds:** at most one hash per processor runs at a time, a bounded number waits, and who cannot be served soon is
//! told so at once: a flood of sign-ins takes neither the memory nor the processors from everybody else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{self, phc::PasswordHash},
};
use karavan_kernel::{Entropy, Secret};
use karavan_web::ApiError;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// KiB, passes, lanes: what OWASP names for Argon2id.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// So many wait for each that is served.
const LINE: usize = 16;
/// Who was not served by then is asked to come back.
const PATIENCE: Duration = Duration::from_secs(3);

/// Checked when there is no account, so that the answer takes as long. Random bytes: it is the hash of nothing known.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$EKaeKuZJzSKNiIvt4kVSAQ$TZEPfOLenfPO7ZTISfeXzo6BzKSAOYo64O06Q1DFMJM";

/// The ration. Clones share it.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Ration>);

#[derive(Debug)]
struct Ration {
    places: Arc<Semaphore>,
    most: usize,
    inside: AtomicUsize,
}

/// What a check found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password, or there is none.
    Wrong,
    /// It is this one; `outdated`: its hash is to be replaced by [`Passwords::hash`].
    Right {
        /// The hash is bcrypt, or of other parameters.
        outdated: bool,
    },
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// One hash at a time per processor.
    pub fn new() -> Self {
        let places = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Ration {
            places: Arc::new(Semaphore::new(places)),
            most: places * (LINE + 1),
            inside: AtomicUsize::new(0),
        }))
    }

    /// The hash to keep.
    ///
    /// # Errors
    /// 503 with Retry-After when too many wait.
    pub async fn hash(&self, password: &Secret, entropy: &Entropy) -> Result<String, ApiError> {
        let (password, salt) = (password.clone(), entropy.bytes());
        self.in_turn(move || hashed(password.expose(), salt))
            .await?
            .map_err(|error| ApiError::internal(format!("a password could not be hashed: {error}")))
    }

    /// Compares; without a hash it takes as long and is wrong.
    ///
    /// # Errors
    /// 503 with Retry-After when too many wait.
    pub async fn check(&self, password: &Secret, hash: Option<String>) -> Result<Verdict, ApiError> {
        let password = password.clone();
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DECOY.to_owned());
        let verdict = self.in_turn(move || compared(password.expose(), &hash)).await?;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let busy = || ApiError::unavailable(PATIENCE);
        let _inside = Inside::enter(&self.0).ok_or_else(busy)?;
        let place = timeout(PATIENCE, self.0.places.clone().acquire_owned()).await;
        let place = place.map_err(|_elapsed| busy())?.map_err(ApiError::internal)?;
        let done = spawn_blocking(move || {
            let done = work();
            // Kept to the end even if nobody waits for the answer any more.
            drop(place);
            done
        });
        done.await.map_err(ApiError::internal)
    }
}

/// A place among those who are served or wait.
struct Inside<'a>(&'a Ration);

impl<'a> Inside<'a> {
    fn enter(ration: &'a Ration) -> Option<Self> {
        let place = Self(ration);
        (ration.inside.fetch_add(1, Ordering::SeqCst) < ration.most).then_some(place)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

fn argon() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, LANES, None).expect("the parameters are within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What the hashes of today begin with.
fn ours() -> String {
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$")
}

fn hashed(password: &str, salt: [u8; 16]) -> password_hash::Result<String> {
    let hash: PasswordHash = argon().hash_password_with_salt(password.as_bytes(), &salt)?;
    Ok(hash.to_string())
}

fn compared(password: &str, hash: &str) -> Verdict {
    if hash.starts_with("$2") {
        return match bcrypt::verify(password, hash) {
            Ok(true) => Verdict::Right { outdated: true },
            Ok(false) | Err(_) => Verdict::Wrong,
        };
    }
    let Ok(parsed) = PasswordHash::new(hash) else {
        return Verdict::Wrong;
    };
    match argon().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Verdict::Right {
            outdated: !hash.starts_with(&ours()),
        },
        Err(_) => Verdict::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use tokio::task::JoinSet;

    use super::*;

    fn passwords() -> (Passwords, Entropy) {
        (Passwords::new(), Entropy::seeded(1))
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_its_parameters_and_no_other() {
        let (passwords, entropy) = passwords();
        let secret = Secret::new("🐪 через пустыню с вербл'юдом");
        let hash = passwords.hash(&secret, &entropy).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash(&secret, &entropy).await.unwrap(), "salted");
        let check = |secret: Secret, hash: Option<String>| {
            let passwords = passwords.clone();
            async move { passwords.check(&secret, hash).await.unwrap() }
        };
        let right = Verdict::Right { outdated: false };
        assert_eq!(check(secret.clone(), Some(hash.clone())).await, right);
        assert_eq!(check(Secret::new("another"), Some(hash)).await, Verdict::Wrong);
        assert_eq!(check(secret.clone(), None).await, Verdict::Wrong);
        assert_eq!(check(secret, Some("no hash at all".to_owned())).await, Verdict::Wrong);
        assert!(DECOY.starts_with(&ours()), "it takes as long as a real one");
        assert!(PasswordHash::new(DECOY).is_ok());
    }

    #[tokio::test]
    async fn what_other_systems_bring_is_right_and_outdated() {
        let (passwords, _entropy) = passwords();
        let brought = bcrypt::hash("from the old shop", 4).unwrap();
        let weaker: PasswordHash = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 1, 1, None).unwrap(),
        )
        .hash_password_with_salt(b"from the old shop", &[7; 16])
        .unwrap();
        for hash in [brought, weaker.to_string()] {
            let verdict = passwords
                .check(&Secret::new("from the old shop"), Some(hash))
                .await
                .unwrap();
            assert_eq!(verdict, Verdict::Right { outdated: true });
        }
    }

    #[tokio::test]
    async fn a_crowd_is_told_at_once_that_it_is_one() {
        let (passwords, _entropy) = passwords();
        let most = passwords.0.most;
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let mut served = JoinSet::new();
        for _one in 0..most {
            let (passwords, gate) = (passwords.clone(), gate.clone());
            served.spawn(async move { passwords.in_turn(move || gate.lock().unwrap().recv().is_err()).await });
        }
        while passwords.0.inside.load(Ordering::SeqCst) < most {
            tokio::task::yield_now().await;
        }
        let refused = passwords.check(&Secret::new("x"), None).await.unwrap_err();
        assert_eq!((refused.status().as_u16(), refused.code()), (503, "unavailable"));
        drop(release);
        while let Some(one) = served.join_next().await {
            assert!(one.unwrap().is_ok(), "who was let in is served");
        }
        assert_eq!(passwords.0.inside.load(Ordering::SeqCst), 0);
    }
}
