//! Throw-away certificates, made with the program `openssl`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An authority, and a server's certificate and key of it.
pub(crate) struct Certificates {
    /// The certificate of the authority.
    pub(crate) authority: PathBuf,
    /// The server's.
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificates {
    /// For a server that is called as `names` say, such as `DNS:localhost,IP:127.0.0.1`.
    pub(crate) fn new(directory: &Path, names: &str) -> Self {
        fs::create_dir_all(directory).unwrap();
        let path = |name: &str| directory.join(name);
        let run = |arguments: &[&str]| {
            let done = Command::new("openssl")
                .args(arguments)
                .current_dir(directory)
                .output();
            let done = done.unwrap_or_else(|error| panic!("the program openssl is needed: {error}"));
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let authority = [
            "req",
            "-x509",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-days",
            "2",
            "-subj",
            "/CN=a test",
        ];
        run(&[&authority[..], &key].concat());
        run(&[
            &[
                "req",
                "-keyout",
                "server.key",
                "-out",
                "server.csr",
                "-subj",
                "/CN=server",
            ],
            &key[..],
        ]
        .concat());
        fs::write(
            path("names"),
            format!("subjectAltName={names}\nbasicConstraints=CA:FALSE\n"),
        )
        .unwrap();
        run(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "names",
            "-out",
            "server.pem",
        ]);
        Self {
            authority: path("ca.pem"),
            certificate: path("server.pem"),
            key: path("server.key"),
        }
    }

    pub(crate) fn authority_pem(&self) -> Vec<u8> {
        fs::read(&self.authority).unwrap()
    }
}
