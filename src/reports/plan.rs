//! A sample size plan as it is asked for.

use chrono::{DateTime, Utc};

use super::request::{ReportRequest, RequestFault};
use super::{ReportContext, ReportError, Reports};
use aftercall_report::statistics::sample_size::Power;
use aftercall_report::{PlanGoal, ReportQuery, SamplePlan};
use aftercall_storage::Scope;

/// Days whose rates a plan goes by unless it is told.
pub const DEFAULT_DAYS: u16 = 28;

/// What a plan is asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanRequest {
    /// Which calls, and which parts side by side; its period is not used.
    pub calls: ReportRequest,
    /// The change in points that is to be seen.
    pub change: Option<f64>,
    /// How surely, in percent; 80 unless it is told.
    pub power: Option<f64>,
    /// Half of the width of the interval that is wanted instead, in points.
    pub half_width: Option<f64>,
    /// The days whose rates it goes by.
    pub days: Option<u16>,
}

impl PlanRequest {
    /// The goal.
    ///
    /// # Errors
    /// There is none, there are two, or a number is out of range.
    pub fn goal(&self) -> Result<PlanGoal, RequestFault> {
        let points = |part: &'static str, points: f64| {
            if 0.0 < points && points <= 200.0 {
                return Ok(points);
            }
            Err(RequestFault::new(
                part,
                "write points above 0 and up to 200, such as 5",
            ))
        };
        match (self.change, self.half_width) {
            (Some(change), None) => {
                let power = self.power.unwrap_or(80.0);
                if !(50.0..=99.9).contains(&power) {
                    return Err(RequestFault::new(
                        "power",
                        "write percent from 50 to 99.9, such as 80",
                    ));
                }
                Ok(PlanGoal::Change {
                    points: points("change", change)?,
                    power: Power {
                        power: power / 100.0,
                        ..Power::default()
                    },
                })
            }
            (None, Some(half_width)) => Ok(PlanGoal::HalfWidth {
                points: points("half_width", half_width)?,
            }),
            (None, None) | (Some(_), Some(_)) => Err(RequestFault::new(
                "change",
                "give either `change` (points that are to be seen) or `half_width` (points to either side of the score)",
            )),
        }
    }

    /// The days, within what makes sense.
    fn days(&self) -> Result<u16, RequestFault> {
        match self.days.unwrap_or(DEFAULT_DAYS) {
            days @ 1..=366 => Ok(days),
            _ => Err(RequestFault::new("days", "write 1 to 366 days")),
        }
    }

    /// The report that the plan goes by.
    ///
    /// # Errors
    /// As [`ReportRequest::query`].
    pub fn query(&self, context: &ReportContext, now: DateTime<Utc>) -> Result<ReportQuery, RequestFault> {
        let calls = ReportRequest {
            period: Some(format!("last-{}-days", self.days()?)),
            from: None,
            to: None,
            trend: None,
            compare: None,
            ..self.calls.clone()
        };
        calls.query(context, now)
    }
}

impl Reports {
    /// The plan that a request asks for, by the calls of a scope.
    ///
    /// # Errors
    /// The request cannot be understood, or the database not be read.
    pub async fn plan(&self, request: &PlanRequest, scope: &Scope) -> Result<SamplePlan, ReportError> {
        let (goal, days) = (request.goal()?, request.days()?);
        let query = ReportQuery {
            scope: scope.clone(),
            ..request.query(&self.context(), self.now())?
        };
        Ok(SamplePlan::of(&self.read(&query).await?, goal, f64::from(days)))
    }
}

#[cfg(test)]
mod tests {
    use super::PlanRequest;

    #[test]
    fn goal_is_one_of_two_and_within_reason() {
        let goal = |change, half_width, power| {
            PlanRequest {
                change,
                half_width,
                power,
                ..PlanRequest::default()
            }
            .goal()
        };
        assert!(goal(Some(5.0), None, None).is_ok() && goal(None, Some(8.0), None).is_ok());
        for (request, part) in [
            (goal(None, None, None), "change"),
            (goal(Some(5.0), Some(5.0), None), "change"),
            (goal(Some(0.0), None, None), "change"),
            (goal(Some(f64::NAN), None, None), "change"),
            (goal(None, Some(-1.0), None), "half_width"),
            (goal(Some(5.0), None, Some(100.0)), "power"),
        ] {
            assert_eq!(request.unwrap_err().part, part);
        }
    }
}
