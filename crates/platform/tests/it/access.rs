//! Accounts, roles, links and tokens.

use std::time::Duration;

use karavan_kernel::{Actor, Permission};
use karavan_platform::access::{
    AccountState, OWNER,
    links::{self, LinkError},
    store::{self, Link},
    tokens::{self, TokenError},
};
use karavan_platform::vault::token_hash;
use karavan_store::{StoreError, Tx};
use karavan_testkit::{START, TestDb, app_test};

const CLI: Actor = Actor::System("cli");
const KNOWN: &[Permission] = &[
    Permission::new("post.letters.read"),
    Permission::new("post.letters.send"),
];

async fn begin(t: &TestDb) -> Tx {
    t.begin(CLI).await.unwrap()
}

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[app_test]
async fn an_account_may_what_its_role_may(t: TestDb) {
    let mut tx = begin(&t).await;
    store::insert_role(&mut tx, "clerk", &words(&["post.letters.read", "post.letters.send"]))
        .await
        .unwrap();
    let clerk = store::insert_account(&mut tx, "Olga", "clerk").await.unwrap();
    let owner = store::insert_account(&mut tx, "Irina", OWNER).await.unwrap();
    tx.commit().await.unwrap();

    let mut read = t.read().await.unwrap();
    let mut permissions = store::permissions_of_account(&mut read, clerk).await.unwrap();
    permissions.sort();
    assert_eq!(permissions, ["post.letters.read", "post.letters.send"]);
    assert_eq!(store::permissions_of_account(&mut read, owner).await.unwrap(), ["*"]);
    let found = store::find_account(&mut read, clerk).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.state), ("Olga", AccountState::Active));
    assert_eq!(
        store::first_account_with_role(&mut read, "clerk")
            .await
            .unwrap()
            .unwrap()
            .id,
        clerk
    );
    assert!(
        store::first_account_with_role(&mut read, "nobody")
            .await
            .unwrap()
            .is_none()
    );
}

#[app_test]
async fn a_role_must_exist_and_is_made_once(t: TestDb) {
    let mut tx = begin(&t).await;
    assert!(matches!(
        store::insert_account(&mut tx, "Olga", "unheard of").await,
        Err(StoreError::Database(_))
    ));
    drop(tx);
    let mut tx = begin(&t).await;
    let again = store::insert_role(&mut tx, OWNER, &[]).await;
    assert!(matches!(again, Err(StoreError::Unique { columns }) if columns == ["access_roles.name"]));
}

#[app_test]
async fn the_oldest_account_of_a_role_comes_first(t: TestDb) {
    let mut tx = begin(&t).await;
    let first = store::insert_account(&mut tx, "first", OWNER).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(1));
    let mut tx = begin(&t).await;
    store::insert_account(&mut tx, "second", OWNER).await.unwrap();
    let oldest = store::first_account_with_role(&mut tx, OWNER).await.unwrap().unwrap();
    assert_eq!(oldest.id, first);
}

#[app_test]
async fn a_link_creates_the_owner_once_and_then_lets_the_same_one_in(t: TestDb) {
    let mut tx = begin(&t).await;
    let token = links::create_for_owner(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(
        links::is_alive(&mut t.read().await.unwrap(), &token, START)
            .await
            .unwrap()
    );
    let stored = store::find_link(&mut t.read().await.unwrap(), &token_hash(&token))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (stored.account_id, stored.used_at, stored.expires_at),
        (None, None, START + links::LIFE)
    );
    assert!(
        store::find_link(&mut t.read().await.unwrap(), &token)
            .await
            .unwrap()
            .is_none(),
        "only the hash is kept"
    );

    let mut tx = begin(&t).await;
    let owner = links::redeem(&mut tx, &token, "Irina").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&t).await;
    assert!(matches!(
        links::redeem(&mut tx, &token, "Irina").await,
        Err(LinkError::Dead)
    ));
    let next = links::create_for_owner(&mut tx).await.unwrap();
    assert_eq!(links::redeem(&mut tx, &next, "somebody else").await.unwrap(), owner);
}

#[app_test]
async fn a_link_is_dead_after_half_an_hour(t: TestDb) {
    let mut tx = begin(&t).await;
    let token = links::create_for_owner(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(links::LIFE);
    assert!(
        !links::is_alive(&mut t.read().await.unwrap(), &token, t.clock.now())
            .await
            .unwrap()
    );
    let mut tx = begin(&t).await;
    assert!(store::use_link(&mut tx, &token_hash(&token)).await.unwrap().is_none());
}

#[app_test]
async fn of_eight_who_use_a_link_at_once_one_comes_in(t: TestDb) {
    let mut tx = begin(&t).await;
    let account = store::insert_account(&mut tx, "Irina", OWNER).await.unwrap();
    let link = Link {
        account_id: Some(account),
        role: OWNER.to_owned(),
        expires_at: tx.now() + links::LIFE,
        used_at: None,
    };
    store::insert_link(&mut tx, &token_hash("token"), &link).await.unwrap();
    tx.commit().await.unwrap();
    let comers = (0..8).map(|_| {
        let t = t.clone();
        async move {
            let mut tx = begin(&t).await;
            let came_in = store::use_link(&mut tx, &token_hash("token")).await.unwrap();
            tx.commit().await.unwrap();
            came_in.is_some_and(|link| link.account_id == Some(account))
        }
    });
    let came_in = tokio::task::JoinSet::from_iter(comers).join_all().await;
    assert_eq!(came_in.iter().filter(|came_in| **came_in).count(), 1);
}

#[app_test]
async fn a_token_is_found_by_its_hash_until_it_is_revoked(t: TestDb) {
    let mut tx = begin(&t).await;
    let made = tokens::create(&mut tx, "till", &words(&["post.*"]), KNOWN)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(made.token.starts_with(tokens::PREFIX));

    let mut read = t.read().await.unwrap();
    let found = store::find_token(&mut read, &token_hash(&made.token))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.name.as_str(), found.created_at),
        (made.id, "till", START)
    );
    let mut permissions = store::permissions_of_token(&mut read, made.id).await.unwrap();
    permissions.sort();
    assert_eq!(permissions, ["post.letters.read", "post.letters.send"]);
    assert!(
        store::find_token(&mut read, &made.token).await.unwrap().is_none(),
        "only the hash is kept"
    );
    drop(read);

    let mut tx = begin(&t).await;
    assert_eq!(store::revoke_token(&mut tx, "till").await.unwrap(), Some(made.id));
    assert_eq!(store::revoke_token(&mut tx, "till").await.unwrap(), None);
    assert!(!tokens::revoke(&mut tx, "nobody").await.unwrap());
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    assert!(
        store::find_token(&mut read, &token_hash(&made.token))
            .await
            .unwrap()
            .is_none()
    );
    let listed = store::list_tokens(&mut read).await.unwrap();
    assert_eq!((listed.len(), listed[0].revoked_at), (1, Some(START)));
}

#[app_test]
async fn tokens_are_named_once_and_listed_newest_first(t: TestDb) {
    for name in ["first", "second"] {
        let mut tx = begin(&t).await;
        store::insert_token(&mut tx, name, &token_hash(name), &[])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        t.clock.advance(Duration::from_secs(1));
    }
    let listed = store::list_tokens(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!(
        listed.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(),
        ["second", "first"]
    );
    let mut tx = begin(&t).await;
    let taken = tokens::create(&mut tx, "first", &[], KNOWN).await;
    assert!(matches!(taken, Err(TokenError::NameTaken(name)) if name == "first"));
}

#[app_test]
async fn two_links_made_before_anybody_came_bring_in_one_owner(t: TestDb) {
    let mut tx = begin(&t).await;
    let first = links::create_for_owner(&mut tx).await.unwrap();
    let second = links::create_for_owner(&mut tx).await.unwrap();
    let owner = links::redeem(&mut tx, &first, "Irina").await.unwrap();
    assert_eq!(links::redeem(&mut tx, &second, "Irina again").await.unwrap(), owner);
    tx.commit().await.unwrap();
}
