//! Writing an entry down, in the transaction of its act.

use karavan_kernel::Actor;
use karavan_store::{StoreResult, Tx};

use super::{
    AuditId, Entry, encoding,
    encoding::folded,
    store::{self, Details, Stored},
};

/// Writes an entry down. It is there when the transaction commits, and gets its place in the chain within a second.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn record(tx: &mut Tx, entry: Entry) -> StoreResult<AuditId> {
    let Entry {
        act,
        entity,
        actor,
        before,
        after,
        origin,
    } = entry;
    let id: AuditId = tx.id();
    let actor = actor.unwrap_or_else(|| tx.actor().clone());
    let who = origin.who.or_else(|| personal_number(&actor));
    let details = Details {
        entry_id: id.to_string(),
        salt: Some(tx.entropy().bytes::<32>().to_vec()),
        who_key: who.as_deref().map(folded),
        who,
        before_json: before.map(|value| value.to_string()),
        after_json: after.map(|value| value.to_string()),
        ip: origin.ip,
        user_agent: origin.user_agent,
    };
    let hash = encoding::of_details(&details).expect("the salt is there");
    let (actor_kind, actor_id) = split(&actor);
    let stored = Stored {
        id: id.to_string(),
        at: tx.now(),
        actor_kind: actor_kind.to_owned(),
        actor_id,
        act: act.to_owned(),
        entity_kind: entity.kind.to_owned(),
        entity_id: entity.id,
        request_id: origin.request_id,
        details_hash: hash.to_vec(),
    };
    store::insert(tx, stored, details).await?;
    Ok(id)
}

/// What stays when somebody's data is erased: an id means nothing without the row it names, a Telegram number does.
fn split(actor: &Actor) -> (&'static str, String) {
    match actor {
        Actor::System(part) => ("system", (*part).to_owned()),
        Actor::Account(id) => ("account", id.clone()),
        Actor::Service(id) => ("service", id.clone()),
        Actor::Telegram(_number) => ("telegram", String::new()),
        Actor::Anonymous => ("anonymous", String::new()),
    }
}

/// Kept with the erasable details.
fn personal_number(actor: &Actor) -> Option<String> {
    match actor {
        Actor::Telegram(number) => Some(number.to_string()),
        Actor::System(_) | Actor::Account(_) | Actor::Service(_) | Actor::Anonymous => None,
    }
}
