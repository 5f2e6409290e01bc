//! Clients that somebody knows: the owner, other accounts, machines.

use karavan_kernel::Actor;
use karavan_platform::{
    access::{links, store, tokens},
    vault::token_hash,
};

use super::{Client, TestApp};

/// Whoever prepares a test.
const TEST: Actor = Actor::System("test");

impl TestApp {
    /// The owner in a browser, signed in by a one-time link.
    pub async fn owner(&self) -> Client {
        let mut tx = self.begin(TEST).await.expect("the database is free");
        let token = links::create_for_owner(&mut tx).await.expect("a link can be made");
        tx.commit().await.expect("the database writes");
        self.enter(&token).await
    }

    /// An account with exactly these permissions in a browser, signed in by a one-time link.
    ///
    /// # Panics
    /// When nobody declares one of the permissions.
    pub async fn account_with(&self, permissions: &[&str]) -> Client {
        for permission in permissions {
            let known = self.permissions().iter().any(|known| known.name() == *permission);
            assert!(
                known,
                "nobody declares the permission `{permission}`; there are {:?}",
                self.permissions()
            );
        }
        let role = format!("role-{}", self.number());
        let permissions: Vec<String> = permissions.iter().map(|name| (*name).to_owned()).collect();
        let mut tx = self.begin(TEST).await.expect("the database is free");
        store::insert_role(&mut tx, &role, &permissions)
            .await
            .expect("the role is new");
        let account = store::insert_account(&mut tx, &role, &role)
            .await
            .expect("the role exists");
        let token = tx.entropy().token();
        let link = store::Link {
            account_id: Some(account),
            role,
            expires_at: tx.now() + links::LIFE,
            used_at: None,
        };
        store::insert_link(&mut tx, &token_hash(&token), &link)
            .await
            .expect("the link is new");
        tx.commit().await.expect("the database writes");
        self.enter(&token).await
    }

    /// A machine with a service token. `permissions` are names, or prefixes such as `coffee.*`.
    ///
    /// # Panics
    /// When nobody declares one of the permissions.
    pub async fn service(&self, permissions: &[&str]) -> Client {
        let wanted: Vec<String> = permissions.iter().map(|name| (*name).to_owned()).collect();
        let name = format!("service-{}", self.number());
        let mut tx = self.begin(TEST).await.expect("the database is free");
        let token = tokens::create(&mut tx, &name, &wanted, self.permissions())
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        tx.commit().await.expect("the database writes");
        self.anonymous()
            .with_header("authorization", &format!("Bearer {}", token.token))
    }

    async fn enter(&self, token: &str) -> Client {
        let client = self.anonymous().browser();
        let entered = client.form("/admin/enter", &[("token", token)]).await;
        assert!(
            entered.status.is_redirection() && client.cookie("__Host-sid").is_some(),
            "the link did not let anybody in: {entered:?}"
        );
        client
    }
}
