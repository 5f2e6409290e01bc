//! The client and the simulator understand each other: every method, over real HTTP.

use std::time::Duration;

use karavan_clients::telegram::{
    RawUpdate, Telegram, TelegramError,
    api::{
        ParseMode,
        methods::{
            AnswerCallbackQueryParams, DeleteMessageParams, EditMessageReplyMarkupParams, EditMessageTextParams,
            SendChatActionParams, SendMessageParams, SetMyCommandsParams, SetWebhookParams,
        },
        types::{AllowedUpdate, BotCommand, ChatAction, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup},
        updates::UpdateContent,
    },
};
use karavan_kernel::Secret;
use karavan_simulators::{
    Clock,
    telegram::{BotAccount, Failure, Person, PrivateChat, TelegramSimulator},
};

use crate::harness::{Server, TOKEN, bot, patient, serve};

const ANNA: i64 = 1001;
const KINDS: [AllowedUpdate; 2] = [AllowedUpdate::Message, AllowedUpdate::CallbackQuery];

struct World {
    simulator: TelegramSimulator,
    anna: PrivateChat,
    bot: Telegram,
    server: Server,
}

/// Anna has not written to the bot yet.
async fn world() -> World {
    let account = BotAccount {
        token: TOKEN.to_owned(),
        username: "coffee_bot".to_owned(),
        name: "Coffee".to_owned(),
    };
    let anna = Person {
        id: ANNA,
        first_name: "Anna".to_owned(),
        last_name: None,
        username: None,
        phone: "+79990000001".to_owned(),
        language_code: "ru".to_owned(),
    };
    let simulator = TelegramSimulator::new(vec![account], vec![anna], Clock::from_fn(|| 1_790_000_000));
    let server = serve(simulator.api_router()).await;
    let bot = bot(patient(), &server.base);
    let anna = simulator.chat("coffee_bot", ANNA).unwrap();
    World {
        simulator,
        anna,
        bot,
        server,
    }
}

/// Anna and the bot may write to each other.
async fn open_world() -> World {
    let world = world().await;
    world.anna.open().unwrap();
    world
}

impl World {
    async fn say(&self, text: &str) -> Result<i32, TelegramError> {
        self.bot
            .send_message(&SendMessageParams::builder().chat_id(ANNA).text(text).build())
            .await
    }

    async fn ask(&self, text: &str, button: &str) -> i32 {
        let markup = ReplyMarkup::InlineKeyboardMarkup(buttons(button));
        let question = SendMessageParams::builder()
            .chat_id(ANNA)
            .text(text)
            .reply_markup(markup)
            .build();
        self.bot.send_message(&question).await.unwrap()
    }

    /// What is new; confirms it.
    async fn hear(&self) -> Vec<RawUpdate> {
        let updates = self.bot.get_updates(None, 100, Duration::ZERO, &KINDS).await.unwrap();
        if let Some(last) = updates.last() {
            let next = Some(last.update_id + 1);
            assert_eq!(
                self.bot.get_updates(next, 100, Duration::ZERO, &KINDS).await.unwrap(),
                []
            );
        }
        updates
    }
}

fn buttons(text: &str) -> InlineKeyboardMarkup {
    let button = InlineKeyboardButton::builder().text(text).callback_data("go").build();
    InlineKeyboardMarkup::builder()
        .inline_keyboard(vec![vec![button]])
        .build()
}

#[tokio::test]
async fn the_bot_knows_who_it_is() {
    let w = world().await;
    let me = w.bot.get_me().await.unwrap();
    assert_eq!(
        (me.id, me.is_bot, me.username.as_deref()),
        (700, true, Some("coffee_bot"))
    );
}

#[tokio::test]
async fn a_wrong_token_is_told_apart() {
    let w = world().await;
    let stranger = Telegram::new(patient(), w.server.base.clone(), Secret::new("700:other"));
    assert!(matches!(stranger.get_me().await, Err(TelegramError::Unauthorized)));
}

#[tokio::test]
async fn the_base_url_may_have_a_path() {
    let w = world().await;
    let nested = serve(axum::Router::new().nest("/proxy/telegram", w.simulator.api_router())).await;
    for path in ["/proxy/telegram", "/proxy/telegram/"] {
        let base = nested.base.join(path).unwrap();
        bot(patient(), &base).get_me().await.unwrap();
    }
}

#[tokio::test]
async fn messages_come_and_go() {
    let w = world().await;
    w.anna.start(Some("gift")).unwrap();
    let updates = w.hear().await;
    let UpdateContent::Message(message) = updates[0].parse().unwrap().content else {
        panic!("not a message")
    };
    assert_eq!(message.text.as_deref(), Some("/start gift"));

    let text = "<b>5 < 7</b>".replace("5 < 7", "5 &lt; 7");
    let answer = SendMessageParams::builder()
        .chat_id(ANNA)
        .text(text)
        .parse_mode(ParseMode::Html)
        .build();
    let id = w.bot.send_message(&answer).await.unwrap();
    let seen = w.anna.transcript();
    let seen = seen.last_from_bot().unwrap();
    assert_eq!((seen.id, seen.text.as_str()), (i64::from(id), "5 < 7"));
}

#[tokio::test]
async fn a_poll_ends_when_somebody_writes() {
    let w = open_world().await;
    let poll = w.bot.get_updates(None, 100, Duration::from_secs(30), &KINDS);
    // Written after the poll has begun or before: it arrives either way.
    let (updates, written) = tokio::join!(biased; poll, async { w.anna.write("hello") });
    written.unwrap();
    assert_eq!(updates.unwrap().len(), 1);
}

#[tokio::test]
async fn a_pressed_button_is_answered() {
    let w = open_world().await;
    let id = w.ask("Ready?", "Yes").await;
    w.anna.press("Yes").unwrap();
    let updates = w.hear().await;
    let UpdateContent::CallbackQuery(query) = updates[0].parse().unwrap().content else {
        panic!("not a press")
    };
    assert_eq!(query.data.as_deref(), Some("go"));

    let answer = AnswerCallbackQueryParams::builder()
        .callback_query_id(query.id.clone())
        .text("Fine")
        .build();
    w.bot.answer_callback_query(&answer).await.unwrap();
    assert_eq!(w.anna.transcript().notices().last().unwrap().text, "Fine");
    let again = w.bot.answer_callback_query(&answer).await.unwrap_err();
    assert!(matches!(again, TelegramError::Rejected { code: 400, .. }), "{again:?}");

    let edit = EditMessageReplyMarkupParams::builder()
        .chat_id(ANNA)
        .message_id(id)
        .reply_markup(buttons("Done"));
    let edit = edit.build();
    w.bot.edit_message_reply_markup(&edit).await.unwrap();
    // The same again: Telegram refuses it, the client does not mind.
    w.bot.edit_message_reply_markup(&edit).await.unwrap();
    assert_eq!(w.anna.transcript().last_from_bot().unwrap().button_texts(), ["Done"]);
}

#[tokio::test]
async fn a_text_is_edited_and_deleted() {
    let w = open_world().await;
    let id = w.say("one").await.unwrap();
    let edit = EditMessageTextParams::builder()
        .chat_id(ANNA)
        .message_id(id)
        .text("two")
        .build();
    w.bot.edit_message_text(&edit).await.unwrap();
    w.bot.edit_message_text(&edit).await.unwrap();
    assert_eq!(w.anna.transcript().last_from_bot().unwrap().text, "two");

    let gone = DeleteMessageParams::builder().chat_id(ANNA).message_id(id).build();
    w.bot.delete_message(&gone).await.unwrap();
    assert!(w.anna.transcript().last_from_bot().is_none());
    let again = w.bot.delete_message(&gone).await.unwrap_err();
    assert!(matches!(again, TelegramError::Rejected { .. }), "{again:?}");
    let edited = w.bot.edit_message_text(&edit).await.unwrap_err();
    assert!(matches!(edited, TelegramError::Rejected { .. }), "{edited:?}");
}

#[tokio::test]
async fn the_bot_seems_to_type_and_has_a_menu() {
    let w = open_world().await;
    let action = SendChatActionParams::builder()
        .chat_id(ANNA)
        .action(ChatAction::Typing)
        .build();
    w.bot.send_chat_action(&action).await.unwrap();
    let command = BotCommand::builder().command("balance").description("Points").build();
    w.bot
        .set_my_commands(&SetMyCommandsParams::builder().commands(vec![command]).build())
        .await
        .unwrap();
    assert_eq!(
        w.simulator.commands("coffee_bot"),
        [("balance".to_owned(), "Points".to_owned())]
    );
}

#[tokio::test]
async fn a_webhook_excludes_polling() {
    let w = world().await;
    let webhook = SetWebhookParams::builder()
        .url("https://example.org/hook")
        .secret_token("s-1")
        .build();
    w.bot.set_webhook(&webhook).await.unwrap();
    assert_eq!(
        w.simulator.webhook("coffee_bot").unwrap().secret.as_deref(),
        Some("s-1")
    );
    let poll = w.bot.get_updates(None, 100, Duration::ZERO, &KINDS).await.unwrap_err();
    assert!(matches!(poll, TelegramError::Conflict { .. }), "{poll:?}");
    w.bot.delete_webhook(true).await.unwrap();
    assert_eq!(w.hear().await, []);
}

#[tokio::test]
async fn trouble_is_told_apart() {
    let w = open_world().await;
    w.simulator.fail_next(Failure::TooManyRequests { retry_after: 3 });
    assert_eq!(
        w.say("1").await.unwrap_err().retry_after(),
        Some(Duration::from_secs(3))
    );
    w.simulator.fail_next(Failure::ServerError);
    assert!(matches!(w.say("2").await.unwrap_err(), TelegramError::Server(status) if status == 500));
    w.simulator.fail_next(Failure::LostAnswer);
    assert!(matches!(w.say("3").await.unwrap_err(), TelegramError::Server(status) if status == 502));
    w.anna.block().unwrap();
    assert!(w.say("4").await.unwrap_err().is_unreachable());
    w.anna.unblock().unwrap();
    w.say("5").await.unwrap();
    let nobody = SendMessageParams::builder().chat_id(424_242).text("6").build();
    assert!(w.bot.send_message(&nobody).await.unwrap_err().is_unreachable());
    // Only the lost answer's message and the last one arrived.
    let texts: Vec<_> = w
        .anna
        .transcript()
        .messages()
        .map(|message| message.text.clone())
        .collect();
    assert_eq!(texts, ["3", "5"]);
}

#[tokio::test]
async fn a_bot_does_not_write_first() {
    let w = world().await;
    let error = w.say("hello").await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    assert!(!error.is_retryable());
}
