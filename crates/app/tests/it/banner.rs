//! What a person reads after the start.

use karavan_app::banner::Banner;

fn plain() -> Banner {
    Banner {
        address: Some("http://127.0.0.1:8080".into()),
        data: "/srv/karavan-data".into(),
        roles: "web, worker, scheduler, bots".into(),
        docs: true,
        products: vec![("coffee".into(), "/admin/coffee/guests".into())],
        ..Banner::default()
    }
}

fn text(banner: &Banner) -> String {
    banner.text().replace(env!("CARGO_PKG_VERSION"), "[version]")
}

#[test]
fn the_first_start_gives_the_way_in_and_says_what_is_off() {
    let off = vec![
        "the bot coffee.guest: set its token in [coffee], or try --demo".into(),
        "the bot coffee.barista: set its token in [coffee], or try --demo".into(),
    ];
    let first = Banner {
        admin_link: Some("http://127.0.0.1:8080/admin/enter/abc".into()),
        off,
        ..plain()
    };
    insta::assert_snapshot!(text(&first), @r"

    Karavan [version] is ready.

      Site         http://127.0.0.1:8080
      Admin panel  http://127.0.0.1:8080/admin/enter/abc  (works once, for 30 minutes)
      API          http://127.0.0.1:8080/docs
      coffee       http://127.0.0.1:8080/admin/coffee/guests
      Data         /srv/karavan-data
      Roles        web, worker, scheduler, bots
      Off          the bot coffee.guest: set its token in [coffee], or try --demo
                   the bot coffee.barista: set its token in [coffee], or try --demo

      Next: open the admin panel by its link. Lost it? karavan admin create-link. Ctrl-C stops.
    ");
}

#[test]
fn later_starts_are_short() {
    insta::assert_snapshot!(text(&plain()), @r"

    Karavan [version] is ready.

      Site         http://127.0.0.1:8080
      Admin panel  http://127.0.0.1:8080/admin
      API          http://127.0.0.1:8080/docs
      coffee       http://127.0.0.1:8080/admin/coffee/guests
      Data         /srv/karavan-data
      Roles        web, worker, scheduler, bots

      Next: karavan config shows what is set, karavan --help what else there is. Ctrl-C stops.
    ");
}

#[test]
fn a_demo_names_its_chats() {
    let demo = Banner {
        demo: true,
        admin_link: Some("http://127.0.0.1:8080/admin/enter/abc".into()),
        simulators: vec![("Chats".into(), "/demo/telegram".into())],
        ..plain()
    };
    insta::assert_snapshot!(text(&demo), @r"

    Karavan [version] is ready (demo).

      Site         http://127.0.0.1:8080
      Admin panel  http://127.0.0.1:8080/admin/enter/abc  (works once, for 30 minutes)
      API          http://127.0.0.1:8080/docs
      coffee       http://127.0.0.1:8080/admin/coffee/guests
      Chats        http://127.0.0.1:8080/demo/telegram
      Data         /srv/karavan-data
      Roles        web, worker, scheduler, bots

      Next: open the chats in two windows, register as a guest in one and sell in the other. Ctrl-C stops.
    ");
}

#[test]
fn a_process_without_the_web_has_no_address() {
    let worker = Banner {
        address: None,
        roles: "worker".into(),
        products: Vec::new(),
        ..plain()
    };
    insta::assert_snapshot!(text(&worker), @r"

    Karavan [version] is ready.

      Data   /srv/karavan-data
      Roles  worker

      Next: karavan config shows what is set, karavan --help what else there is. Ctrl-C stops.
    ");
}
