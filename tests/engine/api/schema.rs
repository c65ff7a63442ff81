//! Values held against an OpenAPI description: as much of JSON Schema (2020-12) as ours uses, and no word of it unknown.

use serde_json::{Map, Value};

/// Words that describe and do not constrain.
const DESCRIBING: [&str; 7] = [
    "description",
    "example",
    "examples",
    "format",
    "title",
    "default",
    "propertyNames",
];

/// An OpenAPI document.
pub(crate) struct Description(pub(crate) Value);

/// One operation of it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    /// With `{call}` for what is filled in.
    pub(crate) path: String,
    pub(crate) scope: String,
    pub(crate) statuses: Vec<String>,
    pub(crate) has_body: bool,
}

impl Description {
    /// Every operation.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(|(method, operation)| Operation {
                method: method.to_ascii_uppercase(),
                path: path.clone(),
                scope: operation["security"][0]["key"][0].as_str().unwrap().to_owned(),
                statuses: operation["responses"]
                    .as_object()
                    .unwrap()
                    .keys()
                    .cloned()
                    .collect(),
                has_body: operation.get("requestBody").is_some(),
            })
        });
        operations.collect()
    }

    /// A response must be one that its operation describes, and its body what is described there.
    pub(crate) fn check(&self, method: &str, path: &str, status: u16, body: &Value) {
        let path = path.split('?').next().unwrap();
        let paths = self.0["paths"].as_object().unwrap();
        let template = paths.keys().find(|template| fits(template, path));
        let operation = template.and_then(|template| paths[template].get(method.to_ascii_lowercase()));
        let Some(operation) = operation else {
            assert!(
                matches!(status, 401..=405),
                "{method} {path} is not described: {status}"
            );
            return self.check_against(&problem(), body, "problem");
        };
        let response = operation["responses"].get(status.to_string());
        let response =
            response.unwrap_or_else(|| panic!("{method} {path}: {status} is not described: {body}"));
        let Some(content) = response["content"].as_object() else {
            // Statuses without a body.
            assert!(
                matches!(status, 204 | 304) && *body == Value::Null,
                "{method} {path}: {body}"
            );
            return;
        };
        let (media_type, content) = content.iter().next().unwrap();
        if !media_type.ends_with("json") {
            return;
        }
        self.check_against(&content["schema"], body, &format!("{method} {path} {status}"));
    }

    /// Whether a request body is one that the operation takes.
    pub(crate) fn takes(&self, method: &str, path: &str, body: &Value) -> bool {
        let operation = &self.0["paths"][path][method.to_ascii_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        self.fault(schema, body).is_none()
    }

    fn check_against(&self, schema: &Value, value: &Value, what: &str) {
        if let Some(fault) = self.fault(schema, value) {
            panic!("{what}: {fault}\n{value:#}");
        }
    }

    /// Why a value does not fit.
    fn fault(&self, schema: &Value, value: &Value) -> Option<String> {
        let Some(schema) = schema.as_object() else {
            return (schema != &Value::Bool(true)).then(|| format!("{schema} is no schema"));
        };
        let fault = |(word, rule): (&String, &Value)| self.word(schema, word, rule, value);
        schema.iter().find_map(fault)
    }

    fn word(&self, schema: &Map<String, Value>, word: &str, rule: &Value, value: &Value) -> Option<String> {
        let unless = |fits: bool, why: &str| (!fits).then(|| format!("{value} {why} {rule}"));
        let fits = |schema: &&Value| self.fault(schema, value).is_none();
        let number = |value: &Value| value.as_f64().unwrap();
        match word {
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                self.fault(self.0.pointer(pointer).unwrap(), value)
            }
            "type" => {
                let is = |kind: &Value| is_of(kind.as_str().unwrap(), value);
                let fits = rule
                    .as_array()
                    .map_or_else(|| is(rule), |kinds| kinds.iter().any(is));
                unless(fits, "is not of type")
            }
            "enum" => unless(rule.as_array().unwrap().contains(value), "is none of"),
            "oneOf" => unless(
                rule.as_array().unwrap().iter().filter(fits).count() == 1,
                "is not exactly one of",
            ),
            "allOf" => rule
                .as_array()
                .unwrap()
                .iter()
                .find_map(|part| self.fault(part, value)),
            "required" => {
                let names = rule.as_array().unwrap();
                let has = |name: &&Value| value.get(name.as_str().unwrap()).is_none();
                names
                    .iter()
                    .find(has)
                    .filter(|_| value.is_object())
                    .map(|name| format!("{name} is missing"))
            }
            "properties" => {
                let fields = value.as_object()?.iter();
                fields.fold(None, |found, (name, field)| {
                    found.or_else(|| {
                        self.fault(rule.get(name)?, field)
                            .map(|why| format!("/{name}: {why}"))
                    })
                })
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let others = value
                    .as_object()?
                    .iter()
                    .filter(|(name, _)| !known.is_some_and(|known| known.contains_key(*name)));
                others.fold(None, |found, (name, field)| {
                    found.or_else(|| match rule {
                        Value::Bool(false) => Some(format!("{name} is not described")),
                        rule => self.fault(rule, field),
                    })
                })
            }
            "items" => value.as_array()?.iter().find_map(|item| self.fault(rule, item)),
            "minimum" => unless(number(value) >= number(rule), "is below"),
            "maximum" => unless(!value.is_number() || number(value) <= number(rule), "is above"),
            "minLength" => unless(
                value.as_str()?.chars().count() as f64 >= number(rule),
                "is shorter than",
            ),
            "maxLength" => unless(
                value.as_str()?.chars().count() as f64 <= number(rule),
                "is longer than",
            ),
            word if DESCRIBING.contains(&word) => None,
            word => panic!("the schema has a word that this test does not know: {word}"),
        }
    }
}

fn problem() -> Value {
    serde_json::json!({ "$ref": "#/components/schemas/Problem" })
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(&path)
            .all(|(part, given)| part.starts_with('{') && !given.is_empty() || part == given)
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    }
}
