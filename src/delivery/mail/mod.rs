//! Handing a mail to the server of the operator by SMTP (RFC 5321, RFC 6409).
//!
//! One mail goes to one address, so that one that is refused takes no other with it. Each step has its time limit. The server
//! decides what follows: 4xx and every trouble with the connection, TLS or login is tried again; 5xx of the mail itself is final.

mod address;
mod message;
mod stream;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

pub use self::address::{MailAddress, MailAddressError};
pub use self::message::{compose, message_id};
use self::stream::LineStream;
use super::answer::shortened;
use super::tls::Trust;
use super::{Consequence, SendError};
use aftercall_base::Redacted;

/// The server that mails are handed to.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who we are; `None`: nobody in particular.
    pub login: Option<Login>,
    /// The sender.
    pub from: MailAddress,
    /// The name that EHLO gives.
    pub hello: String,
    /// How long each step may take.
    pub limits: MailLimits,
}

/// How the connection is protected.
#[derive(Debug, Clone)]
pub enum Security {
    /// TLS begins with STARTTLS (RFC 3207); without it nothing is sent.
    StartTls(Trust),
    /// TLS from the first byte on (RFC 8314).
    Tls(Trust),
    /// Not at all.
    Plain,
}

/// User and password.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Redacted<String>,
}

/// Time limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimits {
    /// Connecting, and each command with its answer.
    pub step: Duration,
    /// The mail itself, from its first byte to the answer to its last.
    pub content: Duration,
}

impl Default for MailLimits {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(30),
            content: Duration::from_secs(120),
        }
    }
}

/// A step on the way of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The TCP connection.
    Connect,
    /// TLS from the first byte on.
    Tls,
    /// The greeting of the server, and EHLO.
    Hello,
    /// STARTTLS and the handshake.
    StartTls,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The mail itself.
    Content,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Connect => "connect",
            Self::Tls => "TLS",
            Self::Hello => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Login => "AUTH",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "message",
        })
    }
}

/// What the server answered at each step so far.
pub type Transcript = Vec<(Step, String)>;

/// Reply codes that speak of the login, whichever command they answer (RFC 4954 section 6): another password may help.
const ABOUT_LOGIN: [u16; 4] = [530, 534, 535, 538];

/// Hands over one mail to one address. `transcript` gets the answer to each step, also before a failure. Returns what the server
/// answered to the mail itself.
///
/// # Errors
/// What failed, and whether to try again. Not cancel safe: the server may have taken the mail.
pub async fn send(
    server: &MailServer,
    to: &MailAddress,
    mail: &[u8],
    transcript: &mut Transcript,
) -> Result<String, SendError> {
    let limit = server.limits.step;
    let mut connection = connect(server, transcript).await?;
    if let Some(Login { user, password }) = &server.login {
        let credentials = Credentials::new(user.clone(), password.expose().clone());
        let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        answered(Step::Login, limit, login, transcript).await?;
    }
    let sender = connection.command(Mail::new(Some(server.from.mailbox().email.clone()), Vec::new()));
    answered(Step::Sender, limit, sender, transcript).await?;
    let recipient = connection.command(Rcpt::new(to.mailbox().email.clone(), Vec::new()));
    answered(Step::Recipient, limit, recipient, transcript).await?;
    answered(Step::Data, limit, connection.command(Data), transcript).await?;
    // The client ends the last line itself.
    let content = connection.message(mail.strip_suffix(b"\r\n").unwrap_or(mail));
    let answer = answered(Step::Content, server.limits.content, content, transcript).await?;
    // The mail is handed over; whether the server hears the farewell changes nothing.
    timeout(limit, connection.quit()).await.ok();
    Ok(answer)
}

/// Connects, begins TLS, and says hello.
async fn connect(server: &MailServer, transcript: &mut Transcript) -> Result<AsyncSmtpConnection, SendError> {
    let limit = server.limits.step;
    let hello = ClientId::Domain(server.hello.clone());
    let failed = |step: Step, error: &dyn fmt::Display| in_words(step, &error.to_string());
    let tcp = timeout(limit, TcpStream::connect((server.host.as_str(), server.port)))
        .await
        .map_err(|_| too_slow(Step::Connect, limit))?
        .map_err(|error| failed(Step::Connect, &error))?;
    let peer = tcp.peer_addr().map_err(|error| failed(Step::Connect, &error))?;
    transcript.push((Step::Connect, peer.to_string()));
    match &server.security {
        Security::Plain => hello_on(Box::new(LineStream::new(tcp, peer)), &hello, limit, transcript).await,
        Security::Tls(trust) => {
            let name =
                ServerName::try_from(server.host.clone()).map_err(|error| failed(Step::Tls, &error))?;
            let tls = timeout(limit, trust.connector().connect(name, tcp))
                .await
                .map_err(|_| too_slow(Step::Tls, limit))?
                .map_err(|error| failed(Step::Tls, &error))?;
            transcript.push((Step::Tls, "the certificate is trusted".to_owned()));
            hello_on(Box::new(LineStream::new(tls, peer)), &hello, limit, transcript).await
        }
        Security::StartTls(trust) => {
            let stream = Box::new(LineStream::new(tcp, peer));
            let mut connection = hello_on(stream, &hello, limit, transcript).await?;
            if !connection.can_starttls() {
                return Err(in_words(Step::StartTls, "the server does not offer it"));
            }
            let parameters = trust
                .parameters(&server.host)
                .map_err(|error| failed(Step::StartTls, &error))?;
            timeout(limit, connection.starttls(parameters, &hello))
                .await
                .map_err(|_| too_slow(Step::StartTls, limit))?
                .map_err(|error| of_smtp(Step::StartTls, &error))?;
            transcript.push((Step::StartTls, "the certificate is trusted".to_owned()));
            Ok(connection)
        }
    }
}

async fn hello_on(
    stream: Box<dyn lettre::transport::smtp::client::AsyncTokioStream>,
    hello: &ClientId,
    limit: Duration,
    transcript: &mut Transcript,
) -> Result<AsyncSmtpConnection, SendError> {
    let connection = timeout(limit, AsyncSmtpConnection::connect_with_transport(stream, hello))
        .await
        .map_err(|_| too_slow(Step::Hello, limit))?
        .map_err(|error| of_smtp(Step::Hello, &error))?;
    transcript.push((Step::Hello, shortened(connection.server_info().name())));
    Ok(connection)
}

/// The answer to one step.
async fn answered(
    step: Step,
    limit: Duration,
    answer: impl Future<Output = Result<Response, SmtpError>>,
    transcript: &mut Transcript,
) -> Result<String, SendError> {
    let response = timeout(limit, answer)
        .await
        .map_err(|_| too_slow(step, limit))?
        .map_err(|error| of_smtp(step, &error))?;
    let lines: Vec<&str> = response.message().collect();
    let answer = shortened(&format!("{} {}", response.code(), lines.join(" ")));
    transcript.push((step, answer.clone()));
    Ok(answer)
}

fn too_slow(step: Step, limit: Duration) -> SendError {
    in_words(step, &format!("no answer within {} s", limit.as_secs_f64()))
}

fn in_words(step: Step, what: &str) -> SendError {
    SendError::retry(format!("{step}: {}", shortened(what)))
}

/// A failure at a step: final when the server has refused the mail, and not the way it was brought.
fn of_smtp(step: Step, error: &SmtpError) -> SendError {
    let code = error.status().map(u16::from);
    let is_of_mail = match step {
        Step::Sender | Step::Recipient | Step::Data | Step::Content => true,
        Step::Connect | Step::Tls | Step::Hello | Step::StartTls | Step::Login => false,
    };
    let is_final =
        is_of_mail && error.is_permanent() && !code.is_some_and(|code| ABOUT_LOGIN.contains(&code));
    SendError {
        consequence: if is_final {
            Consequence::GiveUp
        } else {
            Consequence::Retry
        },
        ..in_words(step, &error.to_string())
    }
}
