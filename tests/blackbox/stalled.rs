//! Clients that ask for much and read nothing: each loses its connection and its place among the connections, and who reads gets all.
//!
//! Counts are asserted, not times: how long nothing may be read is in `web::server`.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::deployment::Deployment;
use crate::support::{PATIENCE, eventually, http};

/// Clients that read nothing.
const STALLED: usize = 5;

/// Requests on one connection: more than the kernel keeps of the answers for somebody who reads nothing.
const REQUESTS: usize = 3_000;

/// The text of the style, and where it is.
async fn style(server: SocketAddr) -> (String, String) {
    let (status, page) = http::get(server, "/sign-in").await;
    assert_eq!(status, 200);
    let (_, rest) = page.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let path = rest.split('"').next().unwrap().to_owned();
    let (status, text) = http::get(server, &path).await;
    assert_eq!(status, 200);
    (path, text)
}

/// A connection on which the style was asked for again and again, the last time with the wish that it be closed.
async fn asked(server: SocketAddr, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(server).await.unwrap();
    let one = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\n");
    let requests = format!("{one}\r\n").repeat(REQUESTS - 1) + &one + "Connection: close\r\n\r\n";
    // The service stops reading where it cannot write, so this waits for it.
    tokio::time::timeout(
        std::time::Duration::from_secs(1),
        stream.write_all(requests.as_bytes()),
    )
    .await
    .ok();
    stream
}

/// How many connections the service counts, the one that asks left out.
async fn others(server: SocketAddr) -> usize {
    let (status, text) = http::get(server, "/metrics").await;
    assert_eq!(status, 200);
    let count = text
        .lines()
        .find_map(|line| line.strip_prefix("aftercall_http_connections "));
    count.unwrap().parse::<usize>().unwrap() - 1
}

#[tokio::test]
async fn client_that_reads_nothing_loses_its_connection_and_its_place() {
    let server = Deployment::quick().start().await;
    let (path, text) = style(server.http).await;
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        stalled.push(asked(server.http, &path).await);
    }
    let all = eventually("each connection is counted", async || {
        let others = others(server.http).await;
        (others == STALLED).then_some(others)
    });
    assert_eq!(all.await, STALLED);
    eventually("each place is free again", async || {
        (others(server.http).await == 0).then_some(())
    })
    .await;
    for mut stream in stalled {
        // Cut off, or ended in the middle.
        let mut answers = Vec::new();
        let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answers)).await;
        assert!(
            end.is_ok(),
            "nothing comes any more, and the connection is closed"
        );
        let read = answers.len();
        assert!(read < REQUESTS * text.len(), "{read} bytes are not all");
    }
    let reading = TcpStream::connect(server.http).await.unwrap();
    let (mut answers, mut requests) = reading.into_split();
    let one = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", server.http);
    let sent = format!("{one}\r\n").repeat(REQUESTS - 1) + &one + "Connection: close\r\n\r\n";
    let send = async { requests.write_all(sent.as_bytes()).await };
    let mut got = String::new();
    let both = async { tokio::join!(send, answers.read_to_string(&mut got)) };
    let (sent, read) = tokio::time::timeout(PATIENCE, both)
        .await
        .expect("all is answered");
    sent.unwrap();
    read.unwrap();
    assert_eq!(got.matches("HTTP/1.1 200 OK").count(), REQUESTS);
    assert!(got.ends_with(&text), "who reads gets all of it");
    server.stop().await;
}
