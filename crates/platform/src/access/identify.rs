//! Finds out who sends a request: the lookup that every request with a cookie or a token passes.

use std::{sync::Arc, time::Duration};

use karavan_kernel::{Actor, Secret};
use karavan_store::StoreResult;
use karavan_web::{
    AccountPrincipal, Credential, Identify, PermissionSet, Principal, ServicePrincipal,
    sessions::{Session, SessionLife, SessionToken, store as sessions},
};

use super::{AccountId, AccountState, Way, links::SESSION_LIFE, stepup, store};
use crate::{Platform, vault::token_hash};

/// How long the panel's session lives: for a working day, and no longer without use than that.
pub const PANEL_SESSION: SessionLife = SessionLife {
    idle: Duration::from_secs(4 * 3600),
    absolute: SESSION_LIFE,
};

/// How long a person's own session lives: a week without use, a month at most.
pub const PERSON_SESSION: SessionLife = SessionLife {
    idle: Duration::from_secs(7 * 24 * 3600),
    absolute: Duration::from_secs(30 * 24 * 3600),
};

/// The lookup over this platform's accounts, sessions and tokens.
pub fn identify(platform: &Platform) -> Identify {
    let platform = platform.clone();
    Arc::new(move |credential| {
        let platform = platform.clone();
        Box::pin(async move {
            let principal = match credential {
                Credential::Session(token) => by_session(&platform, &token).await,
                Credential::Bearer(token) => by_token(&platform, &token).await,
            };
            Ok(principal?.unwrap_or_default())
        })
    })
}

/// The subject of an account's sessions.
pub fn subject_of(account: AccountId) -> String {
    format!("account:{account}")
}

async fn by_session(platform: &Platform, token: &SessionToken) -> StoreResult<Option<Principal>> {
    let now = platform.db.clock().now();
    let mut read = platform.db.read().await?;
    let Some(session) = sessions::find_active(&mut read, &token.hash(), now).await? else {
        return Ok(None);
    };
    let id = session
        .subject
        .strip_prefix("account:")
        .and_then(|id| id.parse::<AccountId>().ok());
    let Some(id) = id else { return Ok(None) };
    let account = store::find_account(&mut read, id).await?;
    let Some(account) = account.filter(|account| account.state == AccountState::Active) else {
        return Ok(None);
    };
    let mut permissions = store::permissions_of_account(&mut read, id)
        .await?
        .into_iter()
        .collect::<PermissionSet>();
    drop(read);
    if !permissions.is_empty() && now.since(session.created_at) >= PANEL_SESSION.absolute {
        // Somebody who became staff meanwhile: theirs end after a working day, whatever this one was begun for.
        return Ok(None);
    }
    let proof = stepup::proof_of(&session, way_of(&session), !permissions.is_empty(), now);
    if proof.withheld {
        permissions = PermissionSet::default();
    }
    if session.is_due_for_touch(now) {
        touch(platform, &session).await?;
    }
    Ok(Some(Principal::Account(AccountPrincipal {
        id: id.to_string(),
        name: account.name,
        permissions: Arc::new(permissions),
        session: Some(session.token_hash),
        proof,
    })))
}

async fn touch(platform: &Platform, session: &Session) -> StoreResult<()> {
    let mut tx = platform.db.begin(Actor::System("sessions")).await?;
    sessions::touch(&mut tx, session, life_of(session).idle).await?;
    tx.commit().await
}

/// How the session was opened. What a later release may have written counts as the least.
fn way_of(session: &Session) -> Way {
    match &session.way {
        Some(way) => way.parse().unwrap_or(Way::Password),
        // Begun by the release before: only links opened the panel's sessions then.
        None if life_of(session) == PANEL_SESSION => Way::Link,
        None => Way::Password,
    }
}

/// How long a session lives that is opened in this way.
pub(super) const fn life_for(way: Way, is_staff: bool) -> SessionLife {
    match way {
        Way::Link => PANEL_SESSION,
        _ if is_staff => PANEL_SESSION,
        Way::Password | Way::Code | Way::PasswordTotp | Way::PasswordRecovery => PERSON_SESSION,
    }
}

/// Under which rule the session was begun.
fn life_of(session: &Session) -> SessionLife {
    if session.expires_at.since(session.created_at) > PANEL_SESSION.absolute {
        PERSON_SESSION
    } else {
        PANEL_SESSION
    }
}

async fn by_token(platform: &Platform, token: &Secret) -> StoreResult<Option<Principal>> {
    let mut read = platform.db.read().await?;
    let Some(found) = store::find_token(&mut read, &token_hash(token.expose())).await? else {
        return Ok(None);
    };
    let permissions = store::permissions_of_token(&mut read, found.id)
        .await?
        .into_iter()
        .collect::<PermissionSet>();
    Ok(Some(Principal::Service(ServicePrincipal {
        id: found.id.to_string(),
        name: found.name,
        permissions: Arc::new(permissions),
    })))
}
