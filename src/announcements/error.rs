//! Why a request is refused.

use aftercall_base::CallUid;
use aftercall_storage::StoreError;
use aftercall_storage::api_fact::ApiFactResult;
use aftercall_survey::context::Name;
use aftercall_survey::context::number::NotANumber;
use aftercall_survey::context::submitted::RejectedValue;

/// A request that was not carried out. No text here carries a value of the request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Texts that are not values of their fields.
    #[error("{} fields of the request are at fault", .0.len())]
    Unfit(Vec<RejectedValue>),
    /// The survey of the request does not exist.
    #[error("there is no such survey")]
    UnknownSurvey {
        /// Those that do.
        known: Vec<String>,
    },
    /// The number contains the text that separates number and token.
    #[error("the number contains `{0}`, which separates number and token")]
    NumberContainsSeparator(String),
    /// Fields that cannot change once the call is decided.
    #[error("{} fields cannot be changed: the call has been decided", .0.len())]
    FixedByDecision(Vec<Name>),
    /// The text is not the telephone number of a caller.
    #[error("not a telephone number: it {0}")]
    NotANumber(NotANumber),
    /// The `Idempotency-Key` was sent with another request.
    #[error("the Idempotency-Key was used for another request")]
    IdempotencyKeyReused,
    /// There is no such call.
    #[error("there is no such call")]
    UnknownCall,
    /// The call has arrived already.
    #[error("call {0} has already arrived")]
    CallHasArrived(CallUid),
    /// As many announcements are pending as may be.
    #[error("too many announcements are pending")]
    TooManyPending,
    /// The database did not take or give what was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Storage did not answer what the fact calls for.
    #[error("storage answered {0:?}")]
    UnexpectedResult(ApiFactResult),
}
