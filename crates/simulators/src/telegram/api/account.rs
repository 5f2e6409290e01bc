//! getMe and the commands that a bot publishes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use crate::telegram::{error::BotError, wire::Me};

/// Languages times scopes: more than any bot speaks.
const MOST_AUDIENCES: usize = 200;

/// One line of the menu that people see.
#[derive(Deserialize)]
struct Command {
    command: String,
    description: String,
}

pub(super) fn get_me(call: &mut Call<'_>) -> Value {
    json!(Me::new(call.bot.user()))
}

pub(super) fn set_my_commands(call: &mut Call<'_>) -> Result<Value, BotError> {
    let commands: Vec<Command> = call.params.typed("commands")?.unwrap_or_default();
    if commands.len() > 100 {
        return Err(BotError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for Command { command, description } in &commands {
        let name = command.strip_prefix('/').unwrap_or(command);
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(fits) {
            return Err(BotError::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&description.chars().count()) {
            return Err(BotError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let list = commands
        .into_iter()
        .map(|Command { command, description }| (command.replace('/', ""), description));
    let list = list.collect();
    let audience = audience(call);
    if call.bot.commands.len() >= MOST_AUDIENCES && !call.bot.commands.contains_key(&audience) {
        return Err(BotError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    call.bot.commands.insert(audience, list);
    Ok(Value::Bool(true))
}

pub(super) fn get_my_commands(call: &mut Call<'_>) -> Value {
    let list = call.bot.commands.get(&audience(call)).cloned().unwrap_or_default();
    list.into_iter()
        .map(|(command, description)| json!({ "command": command, "description": description }))
        .collect()
}

pub(super) fn delete_my_commands(call: &mut Call<'_>) -> Value {
    call.bot.commands.remove(&audience(call));
    Value::Bool(true)
}

/// For whom the commands are: scope and language, both empty for everybody.
fn audience(call: &Call<'_>) -> (String, String) {
    let scope = call
        .params
        .json("scope")
        .ok()
        .flatten()
        .filter(|scope| scope["type"] != "default");
    (
        scope.map(|scope| scope.to_string()).unwrap_or_default(),
        call.params.text("language_code").unwrap_or_default(),
    )
}
