//! `karavan token`: tokens for machines. A token is shown once, alone on stdout, so that scripts can keep it.

use karavan_kernel::{Actor, Permission};
use karavan_platform::{
    access::{
        store::{self, Token as Stored},
        tokens::{self, TokenError},
    },
    admin,
};
use serde_json::json;

use super::Workshop;
use crate::{Failure, assemble, cli::Token, config::Config, failure::Status, say};

pub async fn run(config: Config, act: Token) -> Result<(), Failure> {
    let workshop = Workshop::open(config).await?;
    match act {
        Token::Create { name, permissions } => create(&workshop, &name, &permissions).await?,
        Token::List(output) => list(&workshop, output.json).await?,
        Token::Revoke { name } => revoke(&workshop, &name).await?,
    }
    workshop.close_after_acts().await;
    Ok(())
}

async fn create(workshop: &Workshop, name: &str, wanted: &[String]) -> Result<(), Failure> {
    let known = known_permissions(workshop);
    let mut tx = workshop.platform.db.begin(Actor::System("cli")).await?;
    let made = tokens::create(&mut tx, name, wanted, &known).await.map_err(refused)?;
    tx.commit().await?;
    say::line(&made.token);
    say::note("Keep it now: only its hash is stored. Send it as `Authorization: Bearer <token>`.");
    Ok(())
}

async fn list(workshop: &Workshop, as_json: bool) -> Result<(), Failure> {
    let tokens = store::list_tokens(&mut *workshop.platform.db.read().await?).await?;
    let cells: Vec<[String; 4]> = tokens.iter().map(cells).collect();
    if as_json {
        let object = |[id, name, created, state]: &[String; 4]| json!({ "id": id, "name": name, "created_at": created, "state": state });
        say::line(serde_json::to_string_pretty(&cells.iter().map(object).collect::<Vec<_>>()).expect("texts are JSON"));
    } else if cells.is_empty() {
        say::line("There are no tokens. Make one with: karavan token create NAME --permissions PERMISSIONS");
    } else {
        say::table(
            &cells
                .iter()
                .map(|row| row.each_ref().map(String::as_str))
                .collect::<Vec<_>>(),
        );
    }
    Ok(())
}

fn cells(token: &Stored) -> [String; 4] {
    let Stored {
        id,
        name,
        created_at,
        revoked_at,
    } = token;
    let state = if revoked_at.is_some() { "revoked" } else { "active" };
    [id.to_string(), name.clone(), created_at.to_string(), state.to_owned()]
}

async fn revoke(workshop: &Workshop, name: &str) -> Result<(), Failure> {
    let mut tx = workshop.platform.db.begin(Actor::System("cli")).await?;
    let revoked = tokens::revoke(&mut tx, name).await?;
    tx.commit().await?;
    if !revoked {
        let message = format!("there is no active token named `{name}`; see: karavan token list");
        return Err(Failure::new(Status::Configuration, message));
    }
    say::line(format!("The token `{name}` is refused from now on."));
    Ok(())
}

fn known_permissions(workshop: &Workshop) -> Vec<Permission> {
    let mut known = admin::PERMISSIONS.to_vec();
    for product in assemble::products(&workshop.config, &workshop.platform) {
        known.extend_from_slice(product.permissions);
    }
    known
}

fn refused(error: TokenError) -> Failure {
    match error {
        TokenError::Store(error) => error.into(),
        TokenError::NameTaken(_) | TokenError::UnknownPermission { .. } => Failure::new(Status::Configuration, error),
    }
}
