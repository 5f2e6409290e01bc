//! What `#[app_test]` starts before the body of a test and finishes after it.

use crate::TestDb;

/// A world for one test. Clones are handles to the same world.
pub trait Fixture: Clone + Send + Sync + 'static {
    /// Builds the world on an empty, migrated database.
    fn start(db: TestDb) -> impl Future<Output = Self> + Send;

    /// Fails what the test forgot, then takes the world down. Not called when the body panicked.
    fn finish(self) -> impl Future<Output = ()> + Send;
}

impl Fixture for TestDb {
    async fn start(db: TestDb) -> Self {
        db
    }

    async fn finish(self) {
        self.fail_what_was_forgotten().await;
        self.take_down().await;
    }
}
