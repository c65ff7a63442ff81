//! Names that stand twice in an object of a JSON text: one reader takes the first value and another the last (RFC 8259
//! section 4), so neither is taken. Pure.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::body::escaped;

/// The place (JSON Pointer) of the first name that stands twice in its object. The text is JSON.
pub(super) fn first(text: &[u8]) -> Option<String> {
    let mut found = None;
    let whole = Place {
        pointer: String::new(),
        found: &mut found,
    };
    // It was read before: what ends the reading is what is looked for.
    let read = whole.deserialize(&mut serde_json::Deserializer::from_slice(text));
    drop(read);
    found
}

/// One value of the text.
struct Place<'f> {
    pointer: String,
    found: &'f mut Option<String>,
}

impl Place<'_> {
    fn below(&mut self, token: &str) -> Place<'_> {
        Place {
            pointer: format!("{}/{token}", self.pointer),
            found: self.found,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut known = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = self.below(&escaped(&name));
            if !known.insert(name) {
                *value.found = Some(value.pointer);
                return Err(A::Error::custom("a name stands twice"));
            }
            map.next_value_seed(value)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while list.next_element_seed(self.below(&index.to_string()))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::first;

    #[test]
    fn name_that_stands_twice_in_one_object_is_found_with_its_place() {
        for (text, place) in [
            (r#"{"a":1,"a":2}"#, Some("/a")),
            (r#"{"a":1,"\u0061":1}"#, Some("/a")),
            (
                r#"[{"a":null},{"b":[],"c":{"d/~":true,"d/~":-1.5}}]"#,
                Some("/1/c/d~1~0"),
            ),
            (r#"[{"a":1},{"a":1}]"#, None),
            (r#"{"a":{"a":{"a":"a"}},"A":1}"#, None),
            ("5", None),
        ] {
            assert_eq!(first(text.as_bytes()).as_deref(), place, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_breaking(text in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _found = first(&text);
        }
    }
}
