//! The settings of a demo: where its database and names are, and where the surveys and prompts of the operator are.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde::Serialize;

use super::show;
use crate::config::Loaded;
use aftercall_storage::demo::DemoOrganisation;

/// The file of settings.
#[derive(Debug, Serialize)]
struct WrittenSettings<'o> {
    calls: WrittenCalls,
    http: WrittenHttp,
    sip: WrittenSip,
    storage: WrittenStorage,
    reports: WrittenReports,
    surveys: WrittenSurveys,
    prompts: WrittenPrompts,
    sampling: WrittenSampling,
    watch: WrittenWatch,
    route: Vec<WrittenRoute<'o>>,
}

#[derive(Debug, Serialize)]
struct WrittenCalls {
    node: &'static str,
}

#[derive(Debug, Serialize)]
struct WrittenHttp {
    listen: SocketAddr,
}

#[derive(Debug, Serialize)]
struct WrittenSip {
    listen: String,
}

#[derive(Debug, Serialize)]
struct WrittenStorage {
    path: PathBuf,
}

#[derive(Debug, Serialize)]
struct WrittenReports {
    directory: &'static str,
}

#[derive(Debug, Serialize)]
struct WrittenSurveys {
    directory: PathBuf,
    templates: PathBuf,
}

#[derive(Debug, Serialize)]
struct WrittenPrompts {
    directory: PathBuf,
    own: PathBuf,
}

#[derive(Debug, Serialize)]
struct WrittenSampling {
    time_zone: &'static str,
}

#[derive(Debug, Serialize)]
struct WrittenWatch {
    quiet_queues: bool,
}

#[derive(Debug, Serialize)]
struct WrittenRoute<'o> {
    number: &'o str,
    name: &'o str,
    survey: &'o str,
    every: u8,
}

/// The text of the file, which lies beside the database.
///
/// # Errors
/// A path is not UTF-8, or there is no working directory.
pub(super) fn of_demo(
    loaded: &Loaded,
    database: &Path,
    zone: Tz,
    organisation: &DemoOrganisation,
) -> anyhow::Result<String> {
    // What is relative means the operator's file, not this one.
    let absolute = |path: &Path| std::path::absolute(path);
    let settings = &loaded.settings;
    let (http, sip) = show::addresses()?;
    let written = WrittenSettings {
        // As the rows have it: comments are files of a node.
        calls: WrittenCalls { node: "demo" },
        http: WrittenHttp { listen: http },
        sip: WrittenSip {
            listen: format!("udp:{sip}"),
        },
        storage: WrittenStorage {
            path: database.file_name().map(PathBuf::from).unwrap_or_default(),
        },
        reports: WrittenReports {
            directory: "directory.toml",
        },
        surveys: WrittenSurveys {
            directory: absolute(&settings.surveys.directory)?,
            templates: absolute(&settings.surveys.templates)?,
        },
        prompts: WrittenPrompts {
            directory: absolute(&settings.prompts.directory)?,
            own: absolute(&settings.prompts.own)?,
        },
        sampling: WrittenSampling {
            time_zone: zone.name(),
        },
        // The made-up calls end yesterday: every queue is quiet.
        watch: WrittenWatch { quiet_queues: false },
        route: organisation
            .routes
            .iter()
            .map(|route| WrittenRoute {
                number: &route.dialled,
                name: &route.survey,
                survey: &route.survey,
                // Whoever calls a demo wants to be asked.
                every: 1,
            })
            .collect(),
    };
    Ok(toml::to_string(&written)?)
}
