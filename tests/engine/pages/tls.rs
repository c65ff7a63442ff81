//! TLS: the cookie by it, the certificate that is exchanged, and who is served without it.

use std::fs;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::OWN;
use super::browser::{Answer, Browser};
use super::certificates::Certificates;
use crate::house::{House, Service};
use crate::{EVERY, soon};
use aftercall::config::load::from_text;
use aftercall::engine::StartError;

fn settings(certificates: &Certificates) -> String {
    format!(
        "{EVERY}[http]\nlisten = \"127.0.0.1:0\"\ncertificate = \"{}\"\nprivate_key = \"{}\"\n",
        certificates.certificate.display(),
        certificates.key.display()
    )
}

async fn connect(service: &Service, authority: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(service.engine.http_address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    soon(
        "a handshake",
        TlsConnector::from(Arc::new(config)).connect(name, stream),
    )
    .await
}

async fn send(
    service: &Service,
    authority: &[u8],
    browser: &mut Browser,
    method: &str,
    path: &str,
    body: &str,
) -> Answer {
    let stream = connect(service, authority).await.unwrap();
    let headers = [
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    browser.send_on(stream, method, path, &headers, body).await
}

#[tokio::test]
async fn by_tls_the_cookie_is_for_this_host_and_tls_alone() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::new(directory.path(), "DNS:localhost");
    let house = House::new(&settings(&certificates));
    let mut service = house.start().await;
    let authority = certificates.authority_pem();
    let given = service.engine.take_first_password().unwrap();
    let mut browser = Browser::new(&service);
    let body = format!("name=admin&password={}", given.expose());
    let answer = send(&service, &authority, &mut browser, "POST", "/sign-in", &body).await;
    let set = answer.header("set-cookie").unwrap();
    assert!(
        set.starts_with("__Host-aftercall_session=") && set.ends_with("; Secure"),
        "{set}"
    );
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=31536000")
    );
    let page = send(&service, &authority, &mut browser, "GET", "/account", "").await;
    assert_eq!(page.status, 200);
    let token = browser.cookie("__Host-aftercall_session").unwrap().to_owned();
    let mut planted = Browser::new(&service);
    planted.set_cookie("aftercall_session", &token);
    let page = send(&service, &authority, &mut planted, "GET", "/account", "").await;
    assert_eq!(
        page.status, 303,
        "a cookie that plain HTTP could have set does not count"
    );
    let health = send(&service, &authority, &mut planted, "GET", "/healthz", "").await;
    assert_eq!((health.status, health.body.as_str()), (200, "ok\n"));
    service.stop().await;
}

#[tokio::test]
async fn renewed_certificate_is_in_force_after_a_reload_and_a_broken_one_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::new(&directory.path().join("first"), "DNS:localhost");
    let renewed = Certificates::new(&directory.path().join("second"), "DNS:localhost");
    let text = settings(&certificates);
    let house = House::new(&text);
    let file = house.path("aftercall.toml");
    fs::write(&file, &text).unwrap();
    let service = house.start().await;
    let reloading = service.engine.reloading(
        file.clone(),
        from_text(&text, file.to_str().unwrap(), Some(house.environment())),
    );
    assert!(connect(&service, &certificates.authority_pem()).await.is_ok());
    assert!(connect(&service, &renewed.authority_pem()).await.is_err());
    fs::write(&certificates.certificate, "no PEM at all").unwrap();
    let report = soon("a reload", reloading.reload()).await.unwrap();
    assert!(!report.applied, "{report:?}");
    assert!(
        connect(&service, &certificates.authority_pem()).await.is_ok(),
        "the former stays in force"
    );
    fs::copy(&renewed.certificate, &certificates.certificate).unwrap();
    fs::copy(&renewed.key, &certificates.key).unwrap();
    soon("a reload", reloading.reload()).await.unwrap();
    assert!(connect(&service, &renewed.authority_pem()).await.is_ok());
    assert!(connect(&service, &certificates.authority_pem()).await.is_err());
    service.stop().await;
}

#[tokio::test]
async fn key_of_another_certificate_keeps_the_service_from_starting() {
    let directory = tempfile::tempdir().unwrap();
    let mut certificates = Certificates::new(&directory.path().join("first"), "DNS:localhost");
    certificates.key = Certificates::new(&directory.path().join("second"), "DNS:localhost").key;
    let house = House::new(&settings(&certificates));
    let Err(error) = house.try_start().await else {
        panic!("it has started")
    };
    assert!(
        matches!(error, StartError::Certificate(_)) && error.to_string().starts_with("http.certificate: "),
        "{error}"
    );
}

#[tokio::test]
async fn connection_that_says_nothing_is_closed() {
    let (_house, service, _admin) = super::office("").await;
    let silent = TcpStream::connect(service.engine.http_address()).await.unwrap();
    silent.readable().await.unwrap();
    let mut byte = [0];
    let end = silent.try_read(&mut byte);
    assert!(
        matches!(end, Ok(0)),
        "closed by the service within its patience: {end:?}"
    );
    let mut browser = Browser::new(&service);
    assert_eq!(browser.sign_in("admin", OWN).await.status, 303);
    service.stop().await;
}
