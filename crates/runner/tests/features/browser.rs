//! A browser without a window, driven by its `WebDriver`: the protocol is JSON over HTTP, so it takes no crate.
//!
//! It is started once, by the first scenario that needs it, and serves one scenario at a time.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What the browser needs to run in a container, and to leave the network alone.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--window-size=1100,2400",
];

/// How long an answer may take; the first start of a browser is slow on a busy machine.
const PATIENCE: Duration = Duration::from_secs(50);

/// What names a reference to an element, by the standard of `WebDriver`.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Lets the page say whether an element was clicked on.
const NOTE_THE_CLICK: &str = "
    window.isClicked = false;
    arguments[0].addEventListener('click', () => { window.isClicked = true; }, { capture: true, once: true });";

static BROWSER: OnceLock<Result<Mutex<Browser>, String>> = OnceLock::new();

/// A browser, and the session in it.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
}

/// Whether there is one; starts it.
pub fn probe() -> Result<(), String> {
    browser().map(drop)
}

/// The browser, once nobody else uses it.
pub fn browser() -> Result<MutexGuard<'static, Browser>, String> {
    let started = BROWSER.get_or_init(|| {
        let browser = Browser::start();
        browser
            .map(Mutex::new)
            .map_err(|error| format!("no browser can be driven here: {error}"))
    });
    let browser = started.as_ref().map_err(Clone::clone)?;
    Ok(browser.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Ends it, if it was ever started.
pub fn quit() {
    if let Some(Ok(browser)) = BROWSER.get() {
        let mut browser = browser.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = browser.command("DELETE", "", &Value::Null);
        let _ = browser.driver.kill();
        let _ = browser.driver.wait();
    }
}

impl Browser {
    fn start() -> io::Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| io::Error::other(format!("chromedriver: {error}")))?;
        let port = port(&mut driver)?;
        let mut arguments = FLAGS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let options = json!({ "args": arguments, "binary": chromium() });
        let limits = json!({ "script": PATIENCE.as_millis() });
        let wanted = json!({ "goog:chromeOptions": options, "timeouts": limits });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        let session = request(port, "POST", "/session", &wanted)?;
        let session = session["sessionId"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            driver,
            port,
            session,
            _profile: profile,
        })
    }

    /// Opens a page, as if for the first time.
    pub fn open(&self, url: &str) -> io::Result<()> {
        self.command("POST", "/url", &json!({ "url": "about:blank" }))?;
        self.command("POST", "/url", &json!({ "url": url }))
            .map(drop)
    }

    /// What the body of a function returns in the page; `arguments` is what it is called with.
    pub fn execute(&self, script: &str, arguments: &[Value]) -> io::Result<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.command("POST", "/execute/sync", &body)
    }

    /// Clicks, as a person would, on the element that `script` returns.
    ///
    /// What comes into view is laid out anew, and moves: a click that went beside it is repeated.
    pub fn click(&self, script: &str, arguments: &[Value]) -> io::Result<()> {
        let id = self.find(script, arguments)?;
        let element = json!({ ELEMENT: id });
        self.execute(NOTE_THE_CLICK, &[element])?;
        let begun = Instant::now();
        loop {
            self.command("POST", &format!("/element/{id}/click"), &json!({}))?;
            self.settle()?;
            if self.execute("return window.isClicked", &[])? == true {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(io::Error::other("no click hits it"));
            }
        }
    }

    /// Types into the element that `script` returns.
    pub fn write(&self, script: &str, text: String) -> io::Result<()> {
        let id = self.find(script, &[])?;
        let path = format!("/element/{id}/value");
        self.command("POST", &path, &json!({ "text": Value::from(text) }))?;
        self.settle()
    }

    /// Lets the page react.
    fn settle(&self) -> io::Result<()> {
        let soon = "return new Promise((done) => setTimeout(done, 20))";
        self.execute(soon, &[]).map(drop)
    }

    fn find(&self, script: &str, arguments: &[Value]) -> io::Result<String> {
        let found = self.execute(script, arguments)?;
        let id = found
            .as_object()
            .and_then(|it| it.values().next()?.as_str());
        id.map(str::to_owned)
            .ok_or_else(|| io::Error::other(format!("there is no such element: {arguments:?}")))
    }

    /// Whether the page is to think that it is looked at in the dark.
    pub fn dim(&self, scheme: &str) -> io::Result<()> {
        let feature = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let command =
            json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": feature } });
        self.command("POST", "/goog/cdp/execute", &command)
            .map(drop)
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let path = format!("/session/{}{path}", self.session);
        request(self.port, method, &path, body)
    }
}

/// The browser that the driver is to start, where it would look for another one.
fn chromium() -> Option<String> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut programs = env::split_paths(&folders).map(|folder| folder.join("chromium"));
    let program = programs.find(|program| fs::exists(program).unwrap_or_default());
    program
        .as_deref()
        .map(Path::display)
        .map(|it| it.to_string())
}

/// The port that the driver says it listens on.
fn port(driver: &mut Child) -> io::Result<u16> {
    let out = driver.stdout.take().map(BufReader::new);
    let mut said = out.into_iter().flat_map(BufRead::lines);
    let port = said.find_map(|line| {
        let (_, rest) = line
            .ok()?
            .split_once("successfully on port ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        rest.trim_end_matches('.').parse().ok()
    });
    port.ok_or_else(|| io::Error::other("chromedriver told no port"))
}

/// Sends a command and returns its value.
fn request(port: u16, method: &str, path: &str, body: &Value) -> io::Result<Value> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let answer: Value = serde_json::from_slice(&answer(BufReader::new(stream))?)?;
    match answer["value"]["error"].as_str() {
        Some(error) => Err(io::Error::other(format!(
            "{error}: {}",
            answer["value"]["message"]
        ))),
        None => Ok(answer["value"].clone()),
    }
}

fn answer(mut stream: impl BufRead) -> io::Result<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body)?;
    Ok(body)
}
