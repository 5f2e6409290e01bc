//! All SQL that names the `bots_` tables.

use karavan_kernel::{Locale, Timestamp};
use karavan_store::{Conn, StoreResult, Tx, sql};

/// Keeps an update of a chat unless it is known. `false`: it was delivered before.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_update(tx: &mut Tx, bot: &str, chat: i64, update_id: i64, content: &str) -> StoreResult<bool> {
    let insert = sql!(
        "INSERT INTO bots_updates (bot, update_id, chat_id, content, received_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (bot, update_id) DO NOTHING",
        bot,
        update_id,
        chat,
        content,
        tx.now()
    );
    Ok(tx.execute(insert).await?.count() == 1)
}

/// What an update holds; `None` when it was handled.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn update_content(conn: &mut Conn, bot: &str, update_id: i64) -> StoreResult<Option<String>> {
    let find = sql!(
        "SELECT content FROM bots_updates WHERE bot = $1 AND update_id = $2",
        bot,
        update_id
    );
    Ok(conn
        .fetch_optional::<(Option<String>,)>(find)
        .await?
        .and_then(|(content,)| content))
}

/// The update that the job of `update_id` is to handle, and what it holds; `None`: nothing waits.
///
/// Of those of the chat that wait it is the one that Telegram numbered first. Those that were given up come last, the job's
/// own before the others.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn next_update(conn: &mut Conn, bot: &str, update_id: i64) -> StoreResult<Option<(i64, String)>> {
    let find = sql!(
        "SELECT update_id, content FROM bots_updates
         WHERE bot = $1 AND content IS NOT NULL
           AND chat_id = (SELECT own.chat_id FROM bots_updates AS own WHERE own.bot = $1 AND own.update_id = $2)
         ORDER BY given_up, CASE WHEN given_up AND update_id = $2 THEN 0 ELSE 1 END, update_id LIMIT 1",
        bot,
        update_id
    );
    if let Some(next) = conn.fetch_optional(find).await? {
        return Ok(Some(next));
    }
    // Stored by a release that did not write down whose it is.
    let own = update_content(conn, bot, update_id).await?;
    Ok(own.map(|content| (update_id, content)))
}

/// Lets the updates behind this one go first from now on.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn give_update_up(tx: &mut Tx, bot: &str, update_id: i64) -> StoreResult<()> {
    let give_up = sql!(
        "UPDATE bots_updates SET given_up = TRUE WHERE bot = $1 AND update_id = $2",
        bot,
        update_id
    );
    tx.execute(give_up).await?.expect_rows(1)
}

/// Forgets what an update held: messages of people are not kept longer than needed.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn close_update(tx: &mut Tx, bot: &str, update_id: i64) -> StoreResult<()> {
    let close = sql!(
        "UPDATE bots_updates SET content = NULL WHERE bot = $1 AND update_id = $2",
        bot,
        update_id
    );
    tx.execute(close).await?.expect_rows(1)
}

/// Where a conversation is, if it was touched after `since`.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn conversation(conn: &mut Conn, bot: &str, chat: i64, since: Timestamp) -> StoreResult<Option<String>> {
    let find = sql!(
        "SELECT state FROM bots_conversations WHERE bot = $1 AND chat_id = $2 AND updated_at > $3",
        bot,
        chat,
        since
    );
    Ok(conn.fetch_optional::<(String,)>(find).await?.map(|(state,)| state))
}

/// Remembers or, with `None`, ends a conversation.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn save_conversation(tx: &mut Tx, bot: &str, chat: i64, state: Option<&str>) -> StoreResult<()> {
    let save = match state {
        Some(state) => sql!(
            "INSERT INTO bots_conversations (bot, chat_id, state, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (bot, chat_id) DO UPDATE SET state = $3, updated_at = $4",
            bot,
            chat,
            state,
            tx.now()
        ),
        None => sql!(
            "DELETE FROM bots_conversations WHERE bot = $1 AND chat_id = $2",
            bot,
            chat
        ),
    };
    tx.execute(save).await?.count();
    Ok(())
}

/// The chat's language; a person who writes for the first time, or again after blocking the bot, can be reached.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn greet_chat(tx: &mut Tx, bot: &str, chat: i64, first_locale: Locale) -> StoreResult<Locale> {
    let greet = sql!(
        "INSERT INTO bots_chats (bot, chat_id, locale, reachable, has_written, updated_at)
         VALUES ($1, $2, $3, TRUE, TRUE, $4)
         ON CONFLICT (bot, chat_id) DO UPDATE SET
             locale = CASE WHEN bots_chats.has_written THEN bots_chats.locale ELSE excluded.locale END,
             reachable = TRUE, has_written = TRUE, updated_at = $4
         RETURNING locale",
        bot,
        chat,
        first_locale,
        tx.now()
    );
    Ok(tx.fetch_one::<(Locale,)>(greet).await?.0)
}

/// Changes the chat's language.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn set_locale(tx: &mut Tx, bot: &str, chat: i64, locale: Locale) -> StoreResult<()> {
    let set = sql!(
        "UPDATE bots_chats SET locale = $3, updated_at = $4 WHERE bot = $1 AND chat_id = $2",
        bot,
        chat,
        locale,
        tx.now()
    );
    tx.execute(set).await?.expect_rows(1)
}

/// The chat's language and whether the bot may write; `None` when the person never wrote.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn chat(conn: &mut Conn, bot: &str, chat: i64) -> StoreResult<Option<(Locale, bool)>> {
    conn.fetch_optional(sql!(
        "SELECT locale, reachable FROM bots_chats WHERE bot = $1 AND chat_id = $2",
        bot,
        chat
    ))
    .await
}

/// The bot may not write to this person: nothing more is sent until they write. Whoever has written after `begun`, when the
/// refused call began, has come back meanwhile and stays reachable.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn mark_unreachable(tx: &mut Tx, bot: &str, chat: i64, begun: Timestamp) -> StoreResult<()> {
    // The language of somebody who never wrote is not known yet: their first message brings it.
    let mark = sql!(
        "INSERT INTO bots_chats (bot, chat_id, locale, reachable, has_written, updated_at)
         VALUES ($1, $2, $3, FALSE, FALSE, $4)
         ON CONFLICT (bot, chat_id) DO UPDATE SET reachable = FALSE, updated_at = $4
         WHERE bots_chats.updated_at <= $5",
        bot,
        chat,
        Locale::Ru,
        tx.now(),
        begun
    );
    tx.execute(mark).await?.count();
    Ok(())
}

/// Removes conversations and handled updates older than `moment`.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn purge_before(tx: &mut Tx, moment: Timestamp) -> StoreResult<u64> {
    let conversations = tx
        .execute(sql!("DELETE FROM bots_conversations WHERE updated_at < $1", moment))
        .await?;
    let updates = sql!(
        "DELETE FROM bots_updates WHERE received_at < $1 AND content IS NULL",
        moment
    );
    Ok(conversations.count() + tx.execute(updates).await?.count())
}

/// Removes updates older than `moment` that were never handled: what people wrote is not kept for ever because a job died.
/// By age alone: a job that is tried again after that finds nothing to do.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn purge_unhandled_before(tx: &mut Tx, moment: Timestamp) -> StoreResult<u64> {
    let updates = sql!("DELETE FROM bots_updates WHERE received_at < $1", moment);
    Ok(tx.execute(updates).await?.count())
}
