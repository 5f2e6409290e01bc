//! A TCP proxy that can cut: between the program and PostgreSQL.
//!
//! **Always holds:** while it is cut, nothing passes in either direction; new connections are refused, or are taken and get
//! nowhere, as the cut says.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

use super::program::free_port;
use crate::Outcome;

/// What the proxy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Passes everything.
    Open,
    /// Has closed every connection and refuses new ones: the server is down.
    Refused,
    /// Has closed every connection, and closes new ones at once: another proxy has no server behind it.
    HungUp,
    /// Holds what comes, and says nothing: the network is gone. Connections of before are closed when it opens again, as a
    /// router does that has forgotten them.
    Silent,
}

/// A proxy on a free port. Ends when dropped.
pub struct Proxy {
    pub port: u16,
    link: Arc<watch::Sender<Link>>,
    _serving: JoinSet<()>,
}

impl Proxy {
    /// In front of `server`.
    pub async fn open(server: (String, u16)) -> Outcome<Self> {
        let port = free_port().await?;
        let link = Arc::new(watch::Sender::new(Link::Open));
        let mut serving = JoinSet::new();
        serving.spawn(serve(port, server, link.clone()));
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::task::yield_now().await;
        }
        Ok(Self {
            port,
            link,
            _serving: serving,
        })
    }

    /// From now on.
    pub fn set(&self, link: Link) {
        self.link.send_replace(link);
    }
}

async fn serve(port: u16, server: (String, u16), link: Arc<watch::Sender<Link>>) {
    let mut link = (link.subscribe(), link);
    let mut connections = JoinSet::new();
    loop {
        wait_until_not(&mut link.0, Link::Refused).await;
        // Without a listener the kernel refuses.
        let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let accept = async {
            while let Ok((client, _)) = listener.accept().await {
                // Those that have ended are forgotten.
                while connections.try_join_next().is_some() {}
                connections.spawn(carry(client, server.clone(), link.1.subscribe()));
            }
        };
        let refuse = async {
            let mut link = link.1.subscribe();
            let _gone = link.wait_for(|now| *now == Link::Refused).await.is_err();
        };
        tokio::select! { () = accept => {}, () = refuse => {} }
    }
}

/// One connection from its beginning to its end.
async fn carry(client: TcpStream, server: (String, u16), mut link: watch::Receiver<Link>) {
    let now = *link.borrow_and_update();
    match now {
        Link::Refused | Link::HungUp => {}
        Link::Silent => wait_until_not(&mut link, Link::Silent).await,
        Link::Open => {
            let Ok(upstream) = TcpStream::connect(server).await else {
                return;
            };
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = upstream.into_split();
            let mut halves = JoinSet::new();
            halves.spawn(pass(from_client, to_server, link.clone()));
            halves.spawn(pass(from_server, to_client, link.clone()));
            tokio::select! {
                // Either end closes: so does the other.
                _ = halves.join_next() => {}
                () = wait_until_not(&mut link, Link::Open) => {}
            }
            if *link.borrow_and_update() == Link::Silent {
                // Nothing passes, and nobody is told.
                wait_until_not(&mut link, Link::Silent).await;
            }
            halves.shutdown().await;
        }
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, link: watch::Receiver<Link>) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        if *link.borrow() != Link::Open {
            // Held back until the connection is closed.
            std::future::pending::<()>().await;
        }
        to.write_all(buffer.get(..read).unwrap_or_default()).await?;
    }
}

async fn wait_until_not(link: &mut watch::Receiver<Link>, state: Link) {
    // An error means that the proxy is gone, and with it the state.
    let _gone = link.wait_for(|now| *now != state).await.is_err();
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn echo() -> (String, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(async move {
                    let (mut from, mut to) = stream.into_split();
                    io::copy(&mut from, &mut to).await
                });
            }
        });
        tasks.detach_all();
        ("127.0.0.1".to_owned(), port)
    }

    async fn connect(proxy: &Proxy) -> io::Result<TcpStream> {
        TcpStream::connect(("127.0.0.1", proxy.port)).await
    }

    async fn says_and_hears(stream: &mut TcpStream) -> bool {
        let mut answer = [0; 4];
        stream.write_all(b"ping").await.is_ok() && stream.read_exact(&mut answer).await.is_ok()
    }

    #[tokio::test]
    async fn a_cut_ends_connections_and_an_open_link_passes_everything() {
        let proxy = Proxy::open(echo().await).await.unwrap();
        let mut stream = connect(&proxy).await.unwrap();
        assert!(says_and_hears(&mut stream).await);
        proxy.set(Link::HungUp);
        assert!(!says_and_hears(&mut stream).await);
        let mut hung_up = connect(&proxy).await.unwrap();
        assert!(!says_and_hears(&mut hung_up).await);
        proxy.set(Link::Refused);
        while connect(&proxy).await.is_ok() {}
        proxy.set(Link::Open);
        let mut again = loop {
            if let Ok(stream) = connect(&proxy).await {
                break stream;
            }
        };
        assert!(says_and_hears(&mut again).await);
    }

    #[tokio::test]
    async fn a_silent_link_says_nothing_and_forgets_its_connections() {
        let proxy = Proxy::open(echo().await).await.unwrap();
        let mut stream = connect(&proxy).await.unwrap();
        assert!(says_and_hears(&mut stream).await);
        proxy.set(Link::Silent);
        stream.write_all(b"ping").await.unwrap();
        let mut answer = [0; 4];
        let silence = tokio::time::timeout(std::time::Duration::from_millis(50), stream.read_exact(&mut answer)).await;
        assert!(silence.is_err());
        proxy.set(Link::Open);
        assert!(stream.read_exact(&mut answer).await.is_err());
    }
}
