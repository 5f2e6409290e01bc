//! The program from outside: settings and their messages, the command line, exit statuses, start and stop.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod audit;
mod banner;
mod cli;
mod config;
mod doctor;
mod encryption;
mod harness;
mod logs;
mod mail;
mod redis;
mod refusals;
mod safety;
mod start;
