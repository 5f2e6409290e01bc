//! The built program as a process: started with an empty environment, read line by line, stopped by a signal.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

/// One line instead of many, for short expectations.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a command left behind.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `karavan` in a folder of its own, without our environment.
pub(crate) fn karavan(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karavan"));
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env_clear()
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> Ended {
    ended(&mut karavan(data, arguments))
}

/// Runs a prepared command to its end.
pub(crate) fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended {
        status: output.status.code().expect("it ended by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A running `karavan up`. Killed when a test fails.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    /// Everything that was printed until it was ready.
    pub(crate) banner: String,
}

impl Running {
    /// Starts on a free port and reads what it prints.
    pub(crate) fn start(data: &Path, options: &[&str]) -> Self {
        Self::start_with(data, options, &[])
    }

    /// As [`Running::start`], with variables of the environment.
    pub(crate) fn start_with(data: &Path, options: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut arguments = vec!["up", "--listen", "127.0.0.1:0"];
        arguments.extend(options);
        let mut command = karavan(data, &arguments);
        command
            .env("KARAVAN__LOG__LEVEL", "warn")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut banner = String::new();
        // The last line of the block begins with what to do next.
        while !banner.contains("Next:") {
            let read = out.read_line(&mut banner).unwrap();
            assert_ne!(read, 0, "it ended with {:?} after:\n{banner}", child.wait());
        }
        let url = banner
            .split_whitespace()
            .find(|word| word.starts_with("http://127.0.0.1:"))
            .unwrap_or_default();
        Self {
            url: url.to_owned(),
            banner,
            child,
            out,
        }
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Reads on until a line with these words.
    pub(crate) fn read_until(&mut self, words: &str) {
        let mut read = String::new();
        while !read.contains(words) {
            assert_ne!(self.out.read_line(&mut read).unwrap(), 0, "it ended after:\n{read}");
        }
    }

    /// Status and whole answer of a GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.get_with(path, "")
    }

    /// A GET with more headers.
    pub(crate) fn get_with(&self, path: &str, headers: &str) -> (u16, String) {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        (status, answer)
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for the end, and reads the rest.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }

    /// Stops as an operator would.
    pub(crate) fn stop(self) {
        self.signal("TERM");
        let (status, rest) = self.wait();
        assert!(status.success(), "{status}: {rest}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
