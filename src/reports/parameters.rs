//! Requests from the parameters of an address, for the API and the pages alike.

use super::request::{ReportRequest, RequestFault};

/// More parameters than this are a mistake.
const MOST: usize = 500;

impl ReportRequest {
    /// Reads parameters.
    ///
    /// # Errors
    /// A parameter is not known or is given twice, or there are too many.
    pub fn of_parameters(parameters: Vec<(String, String)>) -> Result<Self, RequestFault> {
        if parameters.len() > MOST {
            return Err(fault(format!("more than {MOST} parameters")));
        }
        let mut request = Self::default();
        for (name, text) in parameters {
            if !request.take(&name, &text)? {
                let name: String = name.chars().take(40).collect();
                return Err(fault(format!("there is no parameter `{name}`")));
            }
        }
        Ok(request)
    }

    /// Takes a parameter; `false` where it is none of a report. Lists are repeated or separated by commas; a name that is written
    /// exactly, `=sales, Turku` or `!=sales, Turku`, keeps its commas.
    ///
    /// # Errors
    /// It is given twice and no list.
    pub fn take(&mut self, name: &str, text: &str) -> Result<bool, RequestFault> {
        if let Some(list) = self.list(name) {
            // A field of a form that was left empty; `=` alone asks for calls without the name.
            if text.is_empty() {
                return Ok(true);
            }
            match text.strip_prefix('!').unwrap_or(text).starts_with('=') {
                true => list.push(text.to_owned()),
                false => list.extend(text.split(',').map(str::to_owned)),
            }
            return Ok(true);
        }
        let Some((part, slot)) = self.single(name) else {
            return Ok(false);
        };
        match slot.replace(text.to_owned()) {
            None => Ok(true),
            Some(_) => Err(RequestFault::new(part, "it is given twice")),
        }
    }

    fn list(&mut self, name: &str) -> Option<&mut Vec<String>> {
        match name {
            "queue" => Some(&mut self.queue),
            "team" => Some(&mut self.team),
            "agent" => Some(&mut self.agent),
            "route" => Some(&mut self.route),
            "survey" => Some(&mut self.survey),
            "language" => Some(&mut self.language),
            "dialled" => Some(&mut self.dialled),
            _ => None,
        }
    }

    fn single(&mut self, name: &str) -> Option<(&'static str, &mut Option<String>)> {
        match name {
            "period" => Some(("period", &mut self.period)),
            "from" => Some(("from", &mut self.from)),
            "to" => Some(("to", &mut self.to)),
            "when" => Some(("when", &mut self.when)),
            "by" => Some(("by", &mut self.by)),
            "trend" => Some(("trend", &mut self.trend)),
            "compare" => Some(("compare", &mut self.compare)),
            _ => None,
        }
    }
}

fn fault(reason: String) -> RequestFault {
    RequestFault::new("parameters", reason)
}

#[cfg(test)]
mod tests {
    use super::ReportRequest;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        owned.collect()
    }

    #[test]
    fn lists_are_repeated_or_separated_by_commas() {
        let asked = pairs(&[
            ("queue", "a,b"),
            ("queue", "c*"),
            ("queue", "=d,e"),
            ("queue", "!=f,g"),
            ("by", "agent"),
        ]);
        let read = ReportRequest::of_parameters(asked).unwrap();
        assert_eq!(
            (read.queue.join(" "), read.by.as_deref()),
            ("a b c* =d,e !=f,g".to_owned(), Some("agent"))
        );
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused() {
        for wrong in [
            &[("colour", "red")][..],
            &[("by", "agent"), ("by", "team")],
            &[("", "")],
        ] {
            assert!(ReportRequest::of_parameters(pairs(wrong)).is_err(), "{wrong:?}");
        }
        let many = vec![("queue".to_owned(), "a".to_owned()); 501];
        assert!(ReportRequest::of_parameters(many).is_err());
    }
}
