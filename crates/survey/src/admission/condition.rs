//! Conditions of a route on the context of the call: those of [`context::condition`](crate::context::condition), and the
//! caller's number besides, which is asked for here and not stored.

use std::borrow::Cow;

use super::policy::PolicyInput;
use super::reason::AdmissionReason;
use crate::context::condition::Test;
use crate::context::{CallContext, ConditionValues, Field, Name};

/// A condition that a route has on one field of the context.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteCondition {
    /// The field or attribute.
    pub name: Name,
    /// What must be true of it.
    pub test: Test,
}

impl RouteCondition {
    /// Whether it holds for a call.
    pub fn holds(&self, context: &CallContext) -> bool {
        self.test.holds(value_of(context, &self.name).as_deref())
    }
}

/// Objects by the first condition that does not hold.
pub(super) fn evaluate(input: &PolicyInput<'_>) -> Option<AdmissionReason> {
    let failed = input
        .rules
        .conditions
        .iter()
        .find(|condition| !condition.holds(input.context))?;
    Some(AdmissionReason::Condition {
        field: failed.name.as_str().to_owned(),
    })
}

/// The value of a field or attribute; `None` when the call has none.
pub(super) fn value_of<'c>(context: &'c CallContext, name: &Name) -> Option<Cow<'c, str>> {
    match name {
        Name::Field(Field::Caller) => context.caller.as_ref().map(|number| number.expose().into()),
        Name::Field(_) | Name::Attribute(_) => context.value(name),
    }
}

#[cfg(test)]
mod tests {
    use super::RouteCondition;
    use crate::context::condition::{Test, WrittenTest};
    use crate::context::{CallContext, ContextValues, Field, Name};
    use aftercall_base::Redacted;

    #[test]
    fn callers_number_can_be_asked_for_though_it_is_not_stored() {
        let context = CallContext {
            caller: Some(Redacted::new("+358401234567".to_owned())),
            values: ContextValues::of([(Field::Queue, "sales-north")]),
            ..CallContext::default()
        };
        let holds = |name: Name, pattern: &str| {
            let test = Test::read(&name, WrittenTest::Text(pattern.to_owned())).unwrap();
            RouteCondition { name, test }.holds(&context)
        };
        assert!(holds(Name::Field(Field::Caller), "+358*"));
        assert!(!holds(Name::Field(Field::Caller), "+46*"));
        assert!(holds(Name::Field(Field::Queue), "sales*"));
        assert!(!holds(Name::Field(Field::Agent), "*"), "it was not told");
        assert!(!format!("{context:?}").contains("358"));
    }
}
