//! Reading everything that is stored of one call.
//!
//! What the reader may not see is left out of the query: it never leaves the database.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::column::{column, maybe_moment, moment};
use super::{comments, export};
use crate::context_sources;
use crate::error::StoreError;
use crate::export::AnswerRow;
use crate::path::{CallPath, Caller, PathAnnouncement, PathField, PathKeys, PathMedia, PathStratum, Privacy};
use aftercall_base::CallUid;
use aftercall_survey::context::{ContextSource, Field, Name, SourceNote};

/// Fields that may name a person, whatever their notes say.
const PERSONAL: [&str; 3] = ["caller", "transferor", "token"];

const CALL: &str = "SELECT c.sip_call_id, c.context, c.planned, c.asked, c.stratum_route, c.stratum_queue, c.stratum_agent, \
     CASE WHEN ? THEN c.caller_hash END AS caller_hash, CASE WHEN ? THEN c.caller_number END AS caller_number, \
     c.queue, c.agent, c.team, c.original_call_id, c.language, \
     c.media_codec, c.media_ptime_ms, c.rtp_sent, c.rtp_received, c.rtp_lost, c.rtp_duplicated, c.rtp_refused, \
     c.rtp_skipped, c.jitter_us, c.remote_loss, c.round_trip_us, c.key_warning, \
     (SELECT MIN(o.opted_out_at) FROM opt_out o WHERE o.caller_hash = c.caller_hash AND o.call_uid = c.call_uid) AS opted_out_at \
     FROM call c WHERE c.call_uid = ?";

const KEYS: &str = "SELECT a.question_id, CASE WHEN ? THEN a.raw_digits END AS raw_digits, \
     CASE WHEN ? THEN a.early_digits END AS early_digits, a.prompt_ms, a.heard_ms FROM answer a WHERE a.call_uid = ?";

const ANNOUNCEMENT: &str =
    "SELECT announced_at, expires_at, closed_at, closed_by FROM announcement WHERE call_uid = ?";

/// One call's way; `None` where there is no such call.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    call: CallUid,
    privacy: Privacy,
) -> Result<Option<CallPath>, StoreError> {
    let uid = call.to_string();
    let Some(exported) = export::rows(connection, vec![uid.clone()]).await?.pop() else {
        return Ok(None);
    };
    let row = sqlx::query(CALL)
        .bind(privacy.caller)
        .bind(privacy.caller)
        .bind(&uid)
        .fetch_one(&mut *connection)
        .await?;
    let keys = sqlx::query(KEYS)
        .bind(privacy.caller)
        .bind(privacy.caller)
        .bind(&uid)
        .fetch_all(&mut *connection)
        .await?;
    let announcement = sqlx::query(ANNOUNCEMENT)
        .bind(&uid)
        .fetch_optional(&mut *connection)
        .await?;
    let comments = comments::of_call(connection, call, privacy.audio).await?;
    Ok(Some(CallPath {
        keys: in_order(&exported.answers, &keys)?,
        call: exported,
        sip_call_id: column(&row, "sip_call_id")?,
        context: context(&row, privacy)?,
        caller: match privacy.caller {
            true => Some(Caller {
                hash: column(&row, "caller_hash")?,
                number: column(&row, "caller_number")?,
            }),
            false => None,
        },
        stratum: stratum(&row)?,
        planned: ids(&row, "planned")?,
        asked: ids(&row, "asked")?,
        media: media(&row)?,
        comments,
        opted_out_at: maybe_moment(&row, "opted_out_at")?,
        announcement: announcement.as_ref().map(announced).transpose()?,
    }))
}

/// The keys of each answer, in the order of the answers.
fn in_order(answers: &[AnswerRow], rows: &[SqliteRow]) -> Result<Vec<PathKeys>, StoreError> {
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        keys.push(PathKeys {
            question: column(row, "question_id")?,
            digits: column(row, "raw_digits")?,
            early_digits: column(row, "early_digits")?,
            prompt_ms: column(row, "prompt_ms")?,
            heard_ms: column(row, "heard_ms")?,
        });
    }
    keys.sort_by_key(|keys| answers.iter().position(|answer| answer.question == keys.question));
    Ok(keys)
}

fn context(row: &SqliteRow, privacy: Privacy) -> Result<Vec<PathField>, StoreError> {
    let text: Option<String> = column(row, "context")?;
    let sources = text
        .as_deref()
        .map(context_sources::from_json)
        .unwrap_or_default();
    sources
        .into_iter()
        .map(|source| field(row, source, privacy))
        .collect()
}

fn field(row: &SqliteRow, source: ContextSource, privacy: Privacy) -> Result<PathField, StoreError> {
    let is_personal = source.note == Some(SourceNote::Hashed) || PERSONAL.contains(&source.name.as_str());
    let value = match (Name::of(&source.name), source.value) {
        _ if is_personal && !privacy.caller => None,
        (_, Some(value)) => Some(value),
        // These have columns of their own.
        (
            Name::Field(
                field @ (Field::Queue | Field::Agent | Field::Team | Field::OriginalCallId | Field::Language),
            ),
            None,
        ) => column(row, field.as_str())?,
        (_, None) => None,
    };
    Ok(PathField {
        value,
        source: source.source,
        note: source.note.map(|note| note.as_str().to_owned()),
        text: source.text.filter(|_| !is_personal || privacy.caller),
        name: source.name,
    })
}

fn stratum(row: &SqliteRow) -> Result<Option<PathStratum>, StoreError> {
    let Some(route) = column(row, "stratum_route")? else {
        return Ok(None);
    };
    Ok(Some(PathStratum {
        route,
        queue: column(row, "stratum_queue")?,
        agent: column(row, "stratum_agent")?,
    }))
}

/// A JSON list of ids; one that cannot be read is none.
fn ids(row: &SqliteRow, name: &str) -> Result<Option<Vec<String>>, StoreError> {
    let text: Option<String> = column(row, name)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn media(row: &SqliteRow) -> Result<Option<PathMedia>, StoreError> {
    let Some(sent) = column(row, "rtp_sent")? else {
        return Ok(None);
    };
    Ok(Some(PathMedia {
        codec: column(row, "media_codec")?,
        ptime_ms: column(row, "media_ptime_ms")?,
        sent,
        received: column(row, "rtp_received")?,
        lost: column(row, "rtp_lost")?,
        duplicated: column(row, "rtp_duplicated")?,
        refused: column(row, "rtp_refused")?,
        skipped: column(row, "rtp_skipped")?,
        jitter_us: column(row, "jitter_us")?,
        remote_loss: column(row, "remote_loss")?,
        round_trip_us: column(row, "round_trip_us")?,
        key_warning: column(row, "key_warning")?,
    }))
}

fn announced(row: &SqliteRow) -> Result<PathAnnouncement, StoreError> {
    Ok(PathAnnouncement {
        announced_at: moment(row, "announced_at")?,
        expires_at: moment(row, "expires_at")?,
        closed_at: maybe_moment(row, "closed_at")?,
        closed_by: column(row, "closed_by")?,
    })
}
