//! From a template to the words of a letter: the Fluent keys `mail-<template>-subject`, `-title`, `-body`, `-action`, `-note`.
//!
//! **Always holds:** what a stranger may have put into a name is one short line, and never markup.

use askama::Template as _;
use karavan_kernel::TimeZone;
use karavan_web::texts::{Arg, Lang};

use super::Template;

/// Names longer than this are no names.
const LONGEST_NAME: usize = 80;

/// A letter in words.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// For plain text readers.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// What both forms are made of.
#[derive(askama::Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    language: &'static str,
    subject: &'a str,
    title: String,
    body: String,
    code: Option<&'a str>,
    /// Words and address.
    door: Option<(String, &'a str)>,
    note: String,
    footer: String,
}

/// Writes a letter in a language; times are those of `zone`.
pub fn render(template: &Template, lang: &Lang, zone: &TimeZone) -> Rendered {
    let args = args(template, lang, zone);
    let key = |part: &str| format!("mail-{}-{part}", template.name());
    let say = |part: &str| lang.with(&key(part), &args);
    let subject = say("subject");
    let page = Page {
        language: lang.locale().as_str(),
        subject: &subject,
        title: say("title"),
        body: say("body"),
        code: template.code(),
        door: template.link().map(|link| (say("action"), link)),
        note: say("note"),
        footer: lang.text("mail-footer"),
    };
    let text = page.text();
    // Only a full memory could stop it, and then the text still says everything.
    let html = page.render().unwrap_or_default();
    Rendered { subject, text, html }
}

impl Page<'_> {
    fn text(&self) -> String {
        let Self {
            title,
            body,
            code,
            door,
            note,
            footer,
            ..
        } = self;
        let mut parts = vec![title.clone(), body.clone()];
        parts.extend(code.map(str::to_owned));
        parts.extend(door.as_ref().map(|(words, link)| format!("{words}:\n{link}")));
        parts.push(note.clone());
        parts.push(format!("—\n{footer}"));
        parts.join("\n\n") + "\n"
    }
}

/// The variables of the texts.
fn args(template: &Template, lang: &Lang, zone: &TimeZone) -> Vec<(&'static str, Arg)> {
    match template {
        Template::SignInNotice { device, ip, at } => vec![
            ("device", name(device)),
            ("ip", ip.to_string().into()),
            ("at", lang.moment(*at, zone).into()),
        ],
        Template::RecoveryCodeUsed { left, ip, at } => vec![
            ("left", (*left).into()),
            ("ip", ip.to_string().into()),
            ("at", lang.moment(*at, zone).into()),
        ],
        Template::Invitation {
            organisation, inviter, ..
        } => {
            vec![("organisation", name(organisation)), ("inviter", name(inviter))]
        }
        // Codes and links stand apart from the sentences.
        Template::VerifyEmail { .. }
        | Template::ResetPassword { .. }
        | Template::EmailTaken
        | Template::PasswordChanged
        | Template::TwoStepOn
        | Template::TwoStepOff
        | Template::SessionsEnded => Vec::new(),
    }
}

/// A name as it may stand in a sentence: one line, not endless.
fn name(text: &str) -> Arg {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = clean.chars().take(LONGEST_NAME).collect();
    if short.len() < clean.len() {
        short.push('…');
    }
    Arg::Text(short)
}
