//! Chromium and its driver as processes of one test, and what WebDriver alone cannot do.

use std::{
    io::{BufRead, BufReader, ErrorKind},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    str::FromStr,
    time::{Duration, Instant},
};

use axum::http::Method;
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, error::CmdError, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use karavan_clients::http::Url;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a person is ready to wait; a machine that runs other tests beside needs most of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at a page.
const PERIOD: Duration = Duration::from_millis(40);

const MISSING: &str = "the browser tests need Chromium and its driver, and this machine lacks them or cannot start them.\n\
     Run `bin/test`: it installs both. On Debian by hand: apt-get install chromium chromium-driver";

const ARGUMENTS: &[&str] = &[
    "--headless=new",
    // As root in a container there is no sandbox to be had; only our own pages are opened.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
];

/// One browser with a profile of its own.
pub(crate) struct Chromium {
    pub(crate) client: Client,
    _driver: Driver,
    // After the driver: the browser writes into it until it ends.
    _profile: TempDir,
}

/// `chromedriver` and every process that it started.
struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let mut command = Command::new("chromedriver");
        command
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // A group of its own, so that the browser ends with it.
        let mut child = match command.process_group(0).spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => panic!("{MISSING}"),
            Err(error) => panic!("chromedriver: {error}\n{MISSING}"),
        };
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        let port = loop {
            let line = said.len();
            assert_ne!(
                out.read_line(&mut said).unwrap(),
                0,
                "chromedriver ended after:\n{said}\n{MISSING}"
            );
            let line = said.get(line..).unwrap_or_default();
            if let Some((_, port)) = line
                .trim_end()
                .trim_end_matches('.')
                .split_once("successfully on port ")
            {
                break port.to_owned();
            }
        };
        Self {
            child,
            address: format!("http://127.0.0.1:{port}"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        drop(
            Command::new("kill")
                .args(["-s", "KILL", "--", &group])
                .stderr(Stdio::null())
                .status(),
        );
        drop(self.child.wait());
    }
}

impl Chromium {
    /// A browser whose owner reads this language; without scripts if they switched them off.
    pub(crate) async fn start(language: &str, scripts: bool) -> Self {
        let driver = Driver::start();
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut arguments = ARGUMENTS.to_vec();
        arguments.push(&folder);
        let mut settings = json!({ "intl.accept_languages": language });
        if !scripts {
            settings["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": arguments, "prefs": settings },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is written above")
        };
        let connected = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.address)
            .await;
        let client = connected.unwrap_or_else(|error| panic!("{error}\n{MISSING}"));
        let chromium = Self {
            client,
            _driver: driver,
            _profile: profile,
        };
        chromium.shape("light", 1280).await;
        chromium
    }

    /// What the system prefers and how wide the window is; 390 is a phone.
    pub(crate) async fn shape(&self, theme: &str, width: u32) {
        let phone = width < 600;
        let height = if phone { 844 } else { 900 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        // Without movement a colour is the same however soon one looks.
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await;
    }

    /// Calls the DevTools protocol.
    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": method, "params": parameters });
        let called = self
            .client
            .issue_cmd(ChromeCommand {
                path: "goog/cdp/execute",
                body,
            })
            .await;
        called.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// What the browser complained about since the last question.
    pub(crate) async fn complaints(&self) -> Vec<Value> {
        let body = json!({ "type": "browser" });
        let log = self
            .client
            .issue_cmd(ChromeCommand { path: "se/log", body })
            .await
            .unwrap();
        serde_json::from_value(log).unwrap()
    }

    pub(crate) async fn open(&self, address: &str) {
        self.client
            .goto(address)
            .await
            .unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// Waits until there is something at this XPath.
    pub(crate) async fn see(&self, xpath: &str) -> Element {
        match self
            .client
            .wait()
            .at_most(PATIENCE)
            .every(PERIOD)
            .for_element(Locator::XPath(xpath))
            .await
        {
            Ok(element) => element,
            Err(error) => self.give_up(&format!("there is no {xpath} ({error})")).await,
        }
    }

    /// Waits for what comes only with a reload.
    pub(crate) async fn reload_until(&self, xpath: &str) {
        let looking = async {
            while self.client.find(Locator::XPath(xpath)).await.is_err() {
                self.client.refresh().await.unwrap();
            }
        };
        if tokio::time::timeout(PATIENCE, looking).await.is_err() {
            self.give_up(&format!("there is no {xpath} after many reloads")).await
        }
    }

    /// Waits until the page says so.
    pub(crate) async fn read(&self, words: &str) {
        self.see(&format!("//body[contains(normalize-space(.), {})]", quoted(words)))
            .await;
    }

    /// Clicks the last visible thing at this XPath, as soon as it can be clicked.
    pub(crate) async fn click(&self, xpath: &str) {
        let xpath = format!("({xpath})[last()]");
        let began = Instant::now();
        loop {
            // A page that is being changed may take the element away between the look and the click.
            match self.see(&xpath).await.click().await {
                Ok(()) => return,
                Err(error) if began.elapsed() > PATIENCE => {
                    self.give_up::<()>(&format!("{xpath} cannot be clicked ({error})"))
                        .await;
                }
                Err(_not_yet) => {}
            }
        }
    }

    /// Clicks the link or button with this label.
    pub(crate) async fn press(&self, label: &str) {
        let label = quoted(label);
        self.click(&format!(
            "//*[self::a or self::button or self::summary][normalize-space(.)={label} or @aria-label={label}]"
        ))
        .await;
    }

    /// Types into the field of this name.
    pub(crate) async fn write(&self, field: &str, text: &str) {
        let field = self
            .see(&format!("//main//*[@name={}][not(@type='hidden')]", quoted(field)))
            .await;
        field.send_keys(text).await.unwrap();
    }

    /// Runs a script in the page; it sees `arguments`.
    pub(crate) async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let ran: Result<Value, CmdError> = self.client.execute(script, arguments).await;
        ran.unwrap_or_else(|error| panic!("{error}: {}", script.chars().take(200).collect::<String>()))
    }

    async fn give_up<T>(&self, why: &str) -> T {
        let address = self.client.current_url().await.unwrap();
        let body = self.client.find(Locator::Css("body")).await.unwrap();
        panic!(
            "{why}\nat {address}, which reads:\n{}",
            body.text().await.unwrap_or_default()
        );
    }
}

/// A text as XPath writes it.
pub(crate) fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "XPath cannot quote {text}");
    format!("\"{text}\"")
}

/// A command that Chromium's driver adds to WebDriver.
#[derive(Debug)]
struct ChromeCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for ChromeCommand {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _address: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
