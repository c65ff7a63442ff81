//! An earlier version of a survey, so that the demo has a change of wording to compare.

use aftercall_survey::{AnyPrompt, SurveyRecord, parse};

/// How a question was asked, and how it was asked before.
const WORDING: [(&str, &str); 1] = [(
    "After this call, how likely are you to recommend us",
    "How likely are you to recommend us",
)];

/// The survey as it was before its wording changed; `None` where it has none of these questions.
pub(super) fn version(survey: &SurveyRecord) -> Option<SurveyRecord> {
    let (now, before) = WORDING.iter().find(|(now, _)| survey.definition.contains(now))?;
    let definition = survey.definition.replace(now, before);
    let parsed = parse(&definition, &format!("{}.toml", survey.survey.name), &AnyPrompt).ok()?;
    Some(parsed.survey.record()).filter(|former| former.survey.version != survey.survey.version)
}

#[cfg(test)]
mod tests {
    use super::version;
    use aftercall_survey::{AnyPrompt, parse};

    #[test]
    fn former_version_differs_in_its_wording_alone() {
        let text = include_str!("../../../config/surveys/nps-comment.toml");
        let now = parse(text, "nps-comment.toml", &AnyPrompt)
            .unwrap()
            .survey
            .record();
        let former = version(&now).unwrap();
        assert_eq!(former.survey.name, now.survey.name);
        assert_ne!(former.survey.version, now.survey.version);
        assert_eq!(former.questions[0].scale, now.questions[0].scale);
        assert_eq!(
            former.questions[0].text,
            "How likely are you to recommend us to a friend or colleague?"
        );
        assert_eq!(former.questions[1], now.questions[1]);
        assert_eq!(version(&former), None);
    }
}
