//! The audit log in the panel: found, read, downloaded, and only by those who may.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_platform::audit::{self, Entry, Origin};
use karavan_testkit::{Client, app_test};
use serde_json::json;

use crate::{audit::act, post_office::Post};

async fn english(t: &Post) -> Client {
    t.owner().await.with_header("accept-language", "en")
}

#[app_test]
async fn an_act_in_the_panel_is_there_with_who_and_from_where(t: Post) {
    let owner = english(&t).await.with_header("user-agent", "Lynx <2>");
    let paused = owner.form("/admin/jobs/lanes/post.clerk/pause", &[]).await.expect(303);
    let request = paused.header("x-request-id").to_owned();
    let list = owner.get(&format!("/admin/audit?q={request}")).await.expect(200).text();
    assert!(
        list.contains("Jobs paused") && list.contains("waits for its place"),
        "{list}"
    );
    let href = list
        .split("href=\"/admin/audit/aud_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let path = format!("/admin/audit/aud_{href}");
    let page = owner.get(&path).await.expect(200).text();
    for words in ["jobs.pause", "post.clerk", "203.0.113.", &request, "paused", "true"] {
        assert!(page.contains(words), "{words} is not on {page}");
    }
    assert!(
        !page.contains("Lynx <2>") && page.contains("Lynx"),
        "it is escaped: {page}"
    );
    audit::append(&t).await.unwrap();
    let page = owner.get(&path).await.expect(200).text();
    assert!(!page.contains("waits for its place"), "{page}");
    owner.form("/admin/jobs/lanes/post.clerk/resume", &[]).await.expect(303);
}

#[app_test]
async fn before_and_after_are_compared_field_by_field(t: Post) {
    let mut tx = t.begin(Actor::System("clerk")).await.unwrap();
    let before = json!({ "hours": { "from": 9, "to": 18 }, "name": "North" });
    let after = json!({ "hours": { "from": 8, "to": 18 }, "name": "North" });
    let entry = Entry::new("post.hours.change", ("office", "north"))
        .before(before)
        .after(after);
    let id = audit::record(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
    let page = english(&t)
        .await
        .get(&format!("/admin/audit/{id}"))
        .await
        .expect(200)
        .text();
    assert!(page.contains("hours.from") && !page.contains("hours.to"), "{page}");
    assert!(page.contains("post.hours.change"), "an act without words shows itself");

    let mut tx = t.begin(Actor::System("clerk")).await.unwrap();
    assert!(audit::erase(&mut tx, id, "asked for", Origin::nowhere()).await.unwrap());
    tx.commit().await.unwrap();
    let page = english(&t)
        .await
        .get(&format!("/admin/audit/{id}"))
        .await
        .expect(200)
        .text();
    assert!(page.contains("erased") && !page.contains("hours.from"), "{page}");
    audit::append(&t).await.unwrap();
}

#[app_test]
async fn the_list_is_filtered_and_downloaded_alike(t: Post) {
    let owner = english(&t).await;
    act(&t, "old").await;
    t.clock.advance(Duration::from_secs(3 * 3_600));
    act(&t, "=new").await;
    audit::append(&t).await.unwrap();
    let lines = async |query: &str| {
        let csv = owner.get(&format!("/admin/audit.csv?{query}")).await.expect(200).text();
        let rows: Vec<String> = csv.lines().skip(1).map(str::to_owned).collect();
        rows
    };
    let all = lines("").await;
    let opened = lines("act=post.letter.open").await;
    assert_eq!(opened.len(), 2);
    assert!(all.len() > 2, "signing in is an act too: {all:?}");
    assert!(
        opened[0].contains("'=new") && opened[1].contains("Ольга"),
        "newest first: {opened:?}"
    );
    assert_eq!(lines("act=post.letter.open&sort=when").await[1], opened[0]);
    assert_eq!(lines("q=old").await, opened[1..]);
    assert_eq!(lines("kind=system&q=acc_olga").await.len(), 0);
    assert_eq!(lines("day_to=2026-11-19").await.len(), 0);
    assert_eq!(lines("day_from=2026-11-20&act=post.letter.open").await.len(), 2);
    for query in [
        "",
        "q=%D0%BE%D0%BB%D1%8C%D0%B3%D0%B0",
        "act=nothing",
        "kind=account",
        "day_from=x&page=9",
    ] {
        owner.get(&format!("/admin/audit?{query}")).await.expect(200);
    }
    let page = owner.get("/admin/audit?act=post.letter.open").await.expect(200).text();
    assert!(page.contains("/admin/audit.csv?act=post.letter.open"), "{page}");
}

#[app_test]
async fn whoever_may_not_read_it_does_not_find_it(t: Post) {
    let id = act(&t, "1").await;
    audit::append(&t).await.unwrap();
    let stranger = t.account_with(&["platform.jobs.read"]).await;
    let home = stranger.get("/admin").await.expect(200).text();
    assert!(!home.contains("/admin/audit"), "{home}");
    let reader = t.account_with(&["platform.audit.read"]).await;
    for path in ["/admin/audit", "/admin/audit.csv", &format!("/admin/audit/{id}")] {
        stranger.get(path).await.expect(404);
        reader.get(path).await.expect(200);
    }
    reader
        .get("/admin/audit/aud_01kcg3v5h0e4tn3q8w2xyzabcd")
        .await
        .expect(404);
}

#[app_test]
async fn signing_in_and_out_is_an_act(t: Post) {
    let owner = english(&t).await;
    owner.form("/admin/sign-out", &[]).await.expect(303);
    let csv = english(&t).await.get("/admin/audit.csv").await.expect(200).text();
    let mut acts: Vec<&str> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(4).unwrap())
        .collect();
    acts.sort_unstable();
    assert_eq!(
        acts,
        [
            "access.link.create",
            "access.link.create",
            "access.sign_in",
            "access.sign_in",
            "access.sign_out"
        ]
    );
    assert!(!csv.contains(&owner.cookie("__Host-sid").unwrap_or("no cookie".into())));
}
