//! Every section and setting of the configuration, in one table: an example of each, whether a reload applies it, what a line in
//! the log may show of it, and whether it is a list.
//!
//! What reads the sections, lays variables over them, shows examples and lists what a reload has changed all go by this table. Tests
//! hold it to the settings that are read, to `docs/configuration.md`, and to what a reload does.

use std::borrow::Cow;
use std::sync::LazyLock;

use aftercall_survey::context::Field;

/// A section of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `[[route]]`: which dialled number leads to which survey.
    Route,
    /// `[sampling]`: who is surveyed, on every route that does not say otherwise.
    Sampling,
    /// `[sip]`: signalling.
    Sip,
    /// `[media]`: RTP.
    Media,
    /// `[calls]`: how many at once, and how a stop treats them.
    Calls,
    /// `[context]`: the headers that hold the context.
    Context,
    /// `[numbers]`: the one notation of numbers.
    Numbers,
    /// `[results]`: headers that return the result.
    Results,
    /// `[reports]`: periods and names.
    Reports,
    /// `[watch]`: the watchdog.
    Watch,
    /// `[mail]`: the server that mails are handed to.
    Mail,
    /// `[[delivery]]`: which reports are delivered, when, and to whom.
    Delivery,
    /// `[privacy]`: what is stored of a caller's number.
    Privacy,
    /// `[storage]`: the database.
    Storage,
    /// `[recordings]`: comments.
    Recordings,
    /// `[http]`: health, metrics, the API and the pages.
    Http,
    /// `[pages]`: who may see the pages.
    Pages,
    /// `[control]`: the control socket.
    Control,
    /// `[languages]`: fallbacks.
    Languages,
    /// `[prompts]`: recordings that are played.
    Prompts,
    /// `[surveys]`: definitions.
    Surveys,
    /// `[log]`: what is logged, and how.
    Log,
}

/// When a value that was changed in the file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// After a reload.
    ByReload,
    /// After a restart.
    ByRestart,
}

/// What a line about a change may show of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The values.
    Values,
    /// That they changed: they may be numbers of persons.
    Nothing,
    /// The values, but for what stands below this key, which may be numbers of persons.
    AllBut(&'static str),
    /// The names of the entries: the rest of them are secrets.
    Names,
}

/// One setting.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its section.
    pub section: Section,
    /// Its key in the section.
    pub key: &'static str,
    /// When a change is used.
    pub applied: Applied,
    /// What may be shown of a change.
    pub shown: Shown,
    /// Whether it is a list of texts, which a variable holds with commas between.
    pub(super) is_list: bool,
    /// Whether a variable holds its text as it is, also one that looks like a number.
    pub(super) is_verbatim: bool,
    /// A value as an operator would write it, as TOML.
    pub example: Cow<'static, str>,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 22] = [
        Self::Route,
        Self::Sampling,
        Self::Sip,
        Self::Media,
        Self::Calls,
        Self::Context,
        Self::Numbers,
        Self::Results,
        Self::Reports,
        Self::Watch,
        Self::Mail,
        Self::Delivery,
        Self::Privacy,
        Self::Storage,
        Self::Recordings,
        Self::Http,
        Self::Pages,
        Self::Control,
        Self::Languages,
        Self::Prompts,
        Self::Surveys,
        Self::Log,
    ];

    /// Its name in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Sampling => "sampling",
            Self::Sip => "sip",
            Self::Media => "media",
            Self::Calls => "calls",
            Self::Context => "context",
            Self::Numbers => "numbers",
            Self::Results => "results",
            Self::Reports => "reports",
            Self::Watch => "watch",
            Self::Mail => "mail",
            Self::Delivery => "delivery",
            Self::Privacy => "privacy",
            Self::Storage => "storage",
            Self::Recordings => "recordings",
            Self::Http => "http",
            Self::Pages => "pages",
            Self::Control => "control",
            Self::Languages => "languages",
            Self::Prompts => "prompts",
            Self::Surveys => "surveys",
            Self::Log => "log",
        }
    }

    /// The section of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == name)
    }

    /// Whether it is a list of tables, `[[route]]`, which stands in the file alone.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Route | Self::Delivery)
    }

    /// What stands above the settings of the section of this name: `[sip]`, a `[[route]]`.
    pub(super) fn header(name: &str) -> String {
        match Self::of(name).is_some_and(Self::is_list) {
            true => format!("a [[{name}]]"),
            false => format!("[{name}]"),
        }
    }

    /// When changes of its settings are used, but for those that say otherwise. What a reload applies is built by
    /// `engine::snapshot`.
    pub const fn applied(self) -> Applied {
        match self {
            Self::Route
            | Self::Sampling
            | Self::Context
            | Self::Numbers
            | Self::Results
            | Self::Reports
            | Self::Watch
            | Self::Mail
            | Self::Delivery
            | Self::Languages
            | Self::Prompts
            | Self::Surveys => Applied::ByReload,
            Self::Sip
            | Self::Media
            | Self::Calls
            | Self::Privacy
            | Self::Storage
            | Self::Recordings
            | Self::Http
            | Self::Pages
            | Self::Control
            | Self::Log => Applied::ByRestart,
        }
    }
}

/// Every setting, section by section; all but the headers of the context's fields, which the table of fields has.
const SETTINGS: [Setting; 141] = {
    use Section::{
        Calls, Context, Control, Delivery, Http, Languages, Log, Mail, Media, Numbers, Pages, Privacy,
        Prompts, Recordings, Reports, Results, Route, Sampling, Sip, Storage, Surveys, Watch,
    };

    [
        setting(Route, "number", "\"nps\""),
        setting(Route, "survey", "\"default\""),
        setting(Route, "name", "\"sales\""),
        setting(Route, "every", "10"),
        setting(Route, "share", "\"10%\""),
        setting(
            Route,
            "autopilot",
            "{ half_width = 8, until = \"friday\", min = 2, max = 50 }",
        ),
        setting(Route, "counted_per", "\"queue\""),
        setting(Route, "when", "{ queue = \"sales*\" }").shown(Shown::AllBut("caller")),
        setting(
            Route,
            "campaign",
            "{ from = \"2026-11-01\", to = \"2026-11-30\" }",
        ),
        setting(Route, "max_per_day", "50"),
        setting(Route, "max_in_all", "400"),
        setting(Route, "time_zone", "\"Europe/Helsinki\""),
        setting(Route, "hours", "{ mon-fri = \"08:00-16:00\" }"),
        setting(Route, "holidays", "[\"2026-12-06\", \"2026-12-25\"]"),
        setting(Route, "min_talk_time", "\"20s\""),
        setting(Route, "cool_down_days", "90"),
        setting(Route, "cool_down_same_survey_days", "180"),
        setting(Route, "min_per_agent_day", "1"),
        setting(Route, "max_per_agent_day", "3"),
        setting(Route, "language", "[\"fi\", \"en\"]"),
        setting(Route, "not_surveyed", "\"thanks\""),
        setting(Sampling, "time_zone", "\"Europe/Helsinki\""),
        setting(Sampling, "hours", "{ mon-fri = \"08:00-16:00\" }"),
        setting(Sampling, "holidays", "[\"2026-12-06\", \"2026-12-25\"]").list(),
        setting(Sampling, "min_talk_time", "\"20s\""),
        setting(Sampling, "cool_down_days", "90"),
        setting(Sampling, "cool_down_same_survey_days", "180"),
        setting(Sampling, "min_per_agent_day", "1"),
        setting(Sampling, "max_per_agent_day", "3"),
        setting(Sip, "listen", "\"0.0.0.0:5060\"").list(),
        setting(Sip, "advertised", "\"203.0.113.5\""),
        setting(Sip, "private_contact", "\"source\""),
        setting(Sip, "trusted", "[\"127.0.0.0/8\", \"192.0.2.20/32\"]").list(),
        setting(Sip, "max_dialogs", "20000"),
        setting(Sip, "max_transactions", "200000"),
        setting(Sip, "max_connections", "1000"),
        setting(Sip, "max_message_bytes", "65535"),
        setting(Sip, "connection_idle", "\"600s\""),
        setting(Sip, "retry_after", "\"10s\""),
        setting(Media, "ports", "\"20000-29999\""),
        setting(Media, "advertised", "\"203.0.113.5\""),
        setting(Media, "threads", "0"),
        setting(Media, "realtime", "true"),
        setting(Media, "late_limit", "\"5ms\""),
        setting(Media, "codecs", "[\"PCMU\", \"PCMA\", \"G722\", \"opus\"]").list(),
        setting(Media, "srtp", "\"optional\""),
        setting(Media, "srtp_suites", "[\"AES_CM_128_HMAC_SHA1_80\"]").list(),
        setting(Media, "in_band_dtmf", "\"auto\""),
        setting(Media, "silence_timeout", "\"30s\""),
        setting(Media, "port_quarantine", "\"5s\""),
        setting(Calls, "max_concurrent", "500").applied(Applied::ByReload),
        setting(Calls, "node", "\"node-1\""),
        setting(Calls, "drain", "\"60s\""),
        setting(Context, "preset", "\"asterisk\"").list(),
        setting(Context, "attributes", "{ customer_segment = [\"X-Segment\"] }"),
        setting(Context, "user_to_user", "[\"User-to-User\"]").list(),
        setting(Context, "plain_user_to_user", "\"token\""),
        setting(Context, "call_ids", "[\"Cisco-GUID\"]").list(),
        setting(Context, "token", "[\"token\"]").list(),
        setting(Context, "token_separator", "\"--\""),
        setting(Context, "unset_words", "[\"none\", \"n/a\"]").list(),
        setting(Context, "real_words", "[\"unknown\"]").list(),
        setting(Context, "own_numbers", "[\"+35820555*\"]")
            .list()
            .shown(Shown::Nothing),
        setting(Numbers, "country_code", "\"358\""),
        setting(Numbers, "national_prefix", "\"0\""),
        setting(Numbers, "international_prefix", "\"00\"").list(),
        setting(Numbers, "national_digits", "\"5-12\""),
        setting(Numbers, "rewrite", "[{ prefix = \"90\", replace = \"0\" }]"),
        setting(Numbers, "nobody", "[\"pbx\", \"99*\"]")
            .list()
            .shown(Shown::Nothing),
        setting(Numbers, "names", "false"),
        setting(
            Results,
            "bye_headers",
            "{ X-Survey-Result = \"{disposition};nps={nps}\" }",
        ),
        setting(Results, "answer_headers", "{ X-Survey-Call = \"{call}\" }"),
        setting(Reports, "directory", "\"directory.toml\""),
        setting(Reports, "week_starts", "\"monday\""),
        setting(Watch, "quiet_queues", "false"),
        setting(Watch, "false_alarms_a_year", "2.0"),
        setting(Watch, "test_call", "\"sip:watch@127.0.0.1\""),
        setting(Watch, "test_call_every", "\"30min\""),
        setting(Watch, "test_call_keys", "\"9,5,4\""),
        setting(Mail, "server", "\"mail.example.com\""),
        setting(Mail, "port", "587"),
        setting(Mail, "security", "\"starttls\""),
        setting(Mail, "user", "\"reports@example.com\""),
        setting(Mail, "password_file", "\"/etc/aftercall/mail.password\""),
        setting(Mail, "password", "\"of the user\"")
            .verbatim()
            .shown(Shown::Nothing),
        setting(Mail, "from", "\"Aftercall <reports@example.com>\""),
        setting(Mail, "helo", "\"aftercall.example.com\""),
        setting(Mail, "ca_file", "\"/etc/aftercall/ca.pem\""),
        setting(Delivery, "name", "\"weekly-sales\""),
        setting(Delivery, "queues", "[\"sales\", \"support*\"]"),
        setting(Delivery, "teams", "[\"north\"]"),
        setting(Delivery, "agents", "[\"anna\"]"),
        setting(Delivery, "surveys", "[\"nps*\"]"),
        setting(Delivery, "by", "\"queue\""),
        setting(Delivery, "every", "\"weekly\""),
        setting(Delivery, "on", "\"monday\""),
        setting(Delivery, "week_begins", "\"monday\""),
        setting(Delivery, "at", "\"07:00\""),
        setting(Delivery, "time_zone", "\"Europe/Helsinki\""),
        setting(Delivery, "language", "\"fi\""),
        setting(Delivery, "to", "[\"Team Sales <team@example.com>\"]"),
        setting(Delivery, "folder", "\"/srv/reports\""),
        setting(Delivery, "webhook", "\"https://example.com/aftercall\"").shown(Shown::Nothing),
        setting(Delivery, "secret_file", "\"webhook.secret\""),
        setting(Delivery, "ca_file", "\"ca.pem\""),
        setting(Delivery, "allow_private", "true"),
        setting(Delivery, "formats", "[\"xlsx\", \"csv\"]"),
        setting(Delivery, "when_empty", "\"send\""),
        setting(Delivery, "give_up", "\"72h\""),
        setting(Privacy, "caller_number", "\"hash_only\"").applied(Applied::ByReload),
        setting(Privacy, "key_file", "\"../var/caller-hash.key\""),
        setting(Storage, "path", "\"../var/aftercall.db\""),
        setting(Storage, "spool", "\"../var/aftercall.spool\""),
        setting(Recordings, "directory", "\"../var/recordings\""),
        setting(Recordings, "keep_days", "90"),
        setting(Recordings, "min_free_mb", "500"),
        setting(Recordings, "max_disk_percent", "95"),
        setting(Recordings, "threads", "2"),
        setting(Http, "listen", "\"127.0.0.1:8080\""),
        setting(Http, "certificate", "\"/etc/aftercall/http.pem\""),
        setting(Http, "private_key", "\"/etc/aftercall/http.key\""),
        setting(Http, "allow_plain", "false"),
        setting(Http, "key", "[]")
            .applied(Applied::ByReload)
            .shown(Shown::Names),
        setting(Http, "rate_limit", "100").applied(Applied::ByReload),
        setting(Http, "announcement_lifetime", "\"1h\""),
        setting(Http, "max_announcements", "100000"),
        setting(Pages, "session_idle", "\"12h\""),
        setting(Pages, "session_lifetime", "\"168h\""),
        setting(Pages, "audit_days", "730"),
        setting(Pages, "proxy", "[\"127.0.0.1\"]").list(),
        setting(Pages, "proxy_user_header", "\"X-Remote-User\""),
        setting(Control, "socket", "\"../var/aftercall.sock\""),
        setting(Languages, "fallback", "[\"fi\", \"en\"]").list(),
        setting(Prompts, "directory", "\"../prompts\""),
        setting(Prompts, "own", "\"../var/prompts\""),
        setting(Surveys, "directory", "\"surveys\""),
        setting(Surveys, "templates", "\"templates\""),
        setting(Surveys, "max_per_day", "{ nps-comment = 50 }"),
        setting(Surveys, "max_in_all", "{ nps-comment = 400 }"),
        setting(Log, "filter", "\"info\""),
        setting(Log, "format", "\"text\""),
    ]
};

const fn setting(section: Section, key: &'static str, example: &'static str) -> Setting {
    Setting {
        section,
        key,
        applied: section.applied(),
        shown: Shown::Values,
        is_list: false,
        is_verbatim: false,
        example: Cow::Borrowed(example),
    }
}

impl Setting {
    const fn list(mut self) -> Self {
        self.is_list = true;
        self
    }

    const fn verbatim(mut self) -> Self {
        self.is_verbatim = true;
        self
    }

    const fn applied(mut self, applied: Applied) -> Self {
        self.applied = applied;
        self
    }

    const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }
}

/// Those and the headers of the context's fields, which stand in their section behind its preset.
static ALL: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for setting in SETTINGS {
        let is_preset = (setting.section, setting.key) == (Section::Context, "preset");
        all.push(setting);
        if is_preset {
            all.extend(Field::configured().map(of_field));
        }
    }
    all
});

/// The headers of a field. One that is told by no header of its own gets the name that it would have as its example.
fn of_field(field: Field) -> Setting {
    let example = match field.description().headers.first() {
        Some(header) => format!("[\"{header}\"]"),
        None => {
            let (first, rest) = field.as_str().split_at(1);
            format!("[\"X-{}{rest}\"]", first.to_uppercase())
        }
    };
    Setting {
        example: Cow::Owned(example),
        ..setting(Section::Context, field.as_str(), "").list()
    }
}

/// Every setting, in the order of `docs/configuration.md`.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    ALL.iter()
}

/// The setting of this section and key; `None` when there is none.
pub fn find(section: &str, key: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.section.as_str() == section && setting.key == key)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Section, settings};
    use crate::config::load::from_text;

    /// The keys of a section, as an unknown one makes the program list them.
    fn read_by_the_program(section: Section) -> BTreeSet<String> {
        let name = section.as_str();
        let text = match section {
            Section::Route => "[[route]]\nnumber = \"a\"\nsurvey = \"a\"\nunheard = 1\n".to_owned(),
            Section::Delivery => "[[delivery]]\nname = \"a\"\nevery = \"daily\"\nunheard = 1\n".to_owned(),
            _ => format!("[{name}]\nunheard = 1\n"),
        };
        let faults = from_text(&text, "a.toml", Some([].into())).faults;
        let known = faults[0].fix.split('`').skip(1).step_by(2);
        known.map(str::to_owned).collect()
    }

    #[test]
    fn every_setting_that_is_read_is_in_the_table_and_no_other() {
        for section in Section::ALL {
            let of_section = settings().filter(|setting| setting.section == section);
            let listed: BTreeSet<String> = of_section.map(|setting| setting.key.to_owned()).collect();
            assert_eq!(read_by_the_program(section), listed, "{section:?}");
        }
    }

    #[test]
    fn every_example_is_sound() {
        for setting in settings() {
            let (section, key, example) = (setting.section.as_str(), setting.key, &setting.example);
            // What has to stand in each entry of a list.
            let required: &[(&str, &str)] = match setting.section {
                Section::Route => &[("number", "a"), ("survey", "a")],
                Section::Delivery => &[
                    ("name", "a"),
                    ("every", "weekly"),
                    ("webhook", "https://example.com"),
                    ("secret_file", "s"),
                ],
                _ => &[],
            };
            let others = required.iter().filter(|(of, _)| *of != key);
            let others: String = others
                .map(|(of, value)| format!("{of} = \"{value}\"\n"))
                .collect();
            let text = match setting.section {
                Section::Route => {
                    // An autopilot sets N of `every`.
                    let every = if key == "autopilot" { "every = 10\n" } else { "" };
                    format!("[[route]]\n{others}{every}{key} = {example}\n")
                }
                Section::Delivery => format!(
                    "[mail]\nserver = \"m\"\nfrom = \"a@example.com\"\n[[delivery]]\n{others}{key} = {example}\n"
                ),
                _ => format!("[{section}]\n{key} = {example}\n"),
            };
            let loaded = from_text(&text, "a.toml", Some([].into()));
            assert!(loaded.faults.is_empty(), "{text}: {:?}", loaded.faults);
        }
    }
}
