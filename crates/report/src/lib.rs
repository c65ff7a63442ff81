//! What supervisors ask for: funnel, distributions, scores with honest intervals.
//!
//! A [`ReportQuery`] says which calls and which parts; [`Report::read`] asks the store for counts and computes every figure once, with
//! [`statistics`] (pure); [`render`] shows the same [`Report`] as text, JSON or files. Answers to differently defined questions never meet
//! in one figure: see [`series`].

mod comments;
mod comparison;
mod directory;
pub mod export;
mod funnel;
mod groups;
mod live;
mod method;
mod names;
mod non_response;
mod period;
mod planner;
mod quality;
mod query;
mod reach;
mod read;
pub mod render;
mod report;
pub mod series;
pub mod statistics;
mod trend;

pub use comments::Comments;
pub use comparison::ComparisonView;
pub use directory::{Directory, DirectoryEntry};
pub use funnel::{DispositionCount, Funnel, RateDetail, Rates, RuleCount};
pub use groups::{Groups, Part, TargetTest};
pub use live::LiveVerdict;
pub use method::{Definition, Method, SamplingChance, SurveyGoal, Wording};
pub use names::{UnknownName, unknown_names};
pub use non_response::{NonResponse, ResponseClass};
pub use period::{Calendar, ParsePeriodError, Period, PeriodName, PeriodUnit};
pub use planner::{PlanChoice, PlanGoal, PlannedPart, PlannedQuestion, SamplePlan};
pub use quality::AnswerQuality;
pub use query::{CompareWith, Grouping, ReportQuery, TrendStep};
pub use reach::{AgentReach, Reach, ShareBesideTeam, ShareOfCalls};
pub use report::{ComparedWith, FilterView, PeriodView, Report};
pub use series::Series;
pub use trend::{Trend, TrendPoint, TrendQuestion};
