//! Heads that are written down outside the database: a chain that was cut off or computed anew does not fit them.

use std::time::Duration;

use karavan_platform::audit::{self, AnchorMisfit, Report, store};
use karavan_testkit::{TestApp, app_test};

use crate::{
    audit::act,
    audit_tampering::{execute, without_triggers},
};

/// Two acts and an anchor, three times.
async fn three_hours(t: &TestApp) {
    for hour in 0..3 {
        for act_of in 0..2 {
            act(t, &format!("{hour}-{act_of}")).await;
            audit::append(t).await.unwrap();
        }
        t.advance(Duration::from_secs(3_600)).await;
    }
    without_triggers(t).await;
}

async fn verified(t: &TestApp) -> Report {
    audit::verify(t, &t.anchors()).await.unwrap()
}

fn lines(t: &TestApp) -> Vec<String> {
    let text = std::fs::read_to_string(t.anchors().file()).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[app_test]
async fn the_head_is_written_down_every_hour(t: TestApp) {
    t.advance(Duration::from_secs(3_600)).await;
    assert!(!t.anchors().file().exists(), "there is no head yet");
    three_hours(&t).await;
    let written = lines(&t);
    assert_eq!(written.len(), 3, "{written:?}");
    let head = store::head(&mut t.read().await.unwrap()).await.unwrap().unwrap();
    assert!(written[2].ends_with(&head.to_string()), "{written:?}");
    let report = verified(&t).await;
    assert_eq!((report.anchors, report.is_ok()), (3, true), "{report:?}");
}

#[app_test]
async fn what_still_waits_gets_its_place_before_the_head_is_written_down(t: TestApp) {
    act(&t, "1").await;
    t.advance(Duration::from_secs(3_600)).await;
    assert_eq!((verified(&t).await.anchors, lines(&t).len()), (1, 1));
}

#[app_test]
async fn a_chain_that_was_cut_off_is_found(t: TestApp) {
    three_hours(&t).await;
    for statement in [
        "DELETE FROM audit_chain WHERE seq > 4",
        "DELETE FROM audit_details WHERE NOT EXISTS (SELECT 1 FROM audit_chain AS c WHERE c.entry_id = audit_details.entry_id)",
        "DELETE FROM audit_entries WHERE NOT EXISTS (SELECT 1 FROM audit_chain AS c WHERE c.entry_id = audit_entries.id)",
    ] {
        assert!(execute(&t, statement, Vec::new()).await > 0, "{statement}");
    }
    let report = verified(&t).await;
    assert_eq!(report.changed, None, "what is left fits together");
    assert_eq!(report.misfit, Some(AnchorMisfit { line: 3, seq: Some(6) }));
    assert_eq!((report.anchors, report.is_ok()), (2, false));
}

#[app_test]
async fn a_chain_that_was_computed_anew_is_found(t: TestApp) {
    three_hours(&t).await;
    execute(
        &t,
        "INSERT INTO audit_pending (entry_id) SELECT entry_id FROM audit_chain WHERE seq > 2",
        Vec::new(),
    )
    .await;
    execute(&t, "DELETE FROM audit_chain WHERE seq > 2", Vec::new()).await;
    execute(
        &t,
        "UPDATE audit_entries SET entity_id = 'another' WHERE entity_id = '1-0'",
        Vec::new(),
    )
    .await;
    audit::append(&t).await.unwrap();
    let report = verified(&t).await;
    assert_eq!((report.changed.clone(), report.rows), (None, 6), "{report:?}");
    assert_eq!(report.misfit, Some(AnchorMisfit { line: 2, seq: Some(4) }));
}

#[app_test]
async fn a_line_that_is_no_anchor_is_named(t: TestApp) {
    three_hours(&t).await;
    let mut written = lines(&t);
    let fits = written.join("\n");
    written[1] = "nothing happened".to_owned();
    std::fs::write(t.anchors().file(), written.join("\n")).unwrap();
    assert_eq!(verified(&t).await.misfit, Some(AnchorMisfit { line: 2, seq: None }));
    std::fs::write(t.anchors().file(), fits.replace(" 4 ", " 5 ")).unwrap();
    assert_eq!(verified(&t).await.misfit, Some(AnchorMisfit { line: 2, seq: Some(5) }));
    std::fs::write(t.anchors().file(), fits).unwrap();
    assert!(verified(&t).await.is_ok());
}
