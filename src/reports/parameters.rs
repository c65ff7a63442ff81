//! Requests from the parameters of an address, for the API and the pages alike.

use super::request::{ReportRequest, RequestFault};

/// More parameters than this are a mistake.
const MOST: usize = 500;

impl ReportRequest {
    /// Reads parameters. Lists are repeated or separated by commas; a name that is written exactly, `=sales, Turku`, keeps its commas.
    ///
    /// # Errors
    /// A parameter is not known or is given twice, or there are too many.
    pub fn of_parameters(parameters: Vec<(String, String)>) -> Result<Self, RequestFault> {
        if parameters.len() > MOST {
            return Err(fault(format!("more than {MOST} parameters")));
        }
        let mut request = Self::default();
        for (name, text) in parameters {
            if let Some(list) = request.list(&name) {
                if text.starts_with('=') {
                    list.push(text);
                } else {
                    list.extend(text.split(',').map(str::to_owned));
                }
                continue;
            }
            let Some(slot) = request.single(&name) else {
                let name: String = name.chars().take(40).collect();
                return Err(fault(format!("there is no parameter `{name}`")));
            };
            if slot.replace(text).is_some() {
                return Err(fault(format!("the parameter `{name}` is given twice")));
            }
        }
        Ok(request)
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

    fn single(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "period" => Some(&mut self.period),
            "from" => Some(&mut self.from),
            "to" => Some(&mut self.to),
            "when" => Some(&mut self.when),
            "by" => Some(&mut self.by),
            "trend" => Some(&mut self.trend),
            "compare" => Some(&mut self.compare),
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
            ("by", "agent"),
        ]);
        let read = ReportRequest::of_parameters(asked).unwrap();
        assert_eq!(
            (read.queue.join(" "), read.by.as_deref()),
            ("a b c* =d,e".to_owned(), Some("agent"))
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
