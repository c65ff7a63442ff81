//! As much of Asterisk as the example's dialplan needs to run: how a step's text becomes what an application gets, and what `CURL()` then
//! posts, to a real server over a real socket.
//!
//! Debian 12, PyPI and npm have no package of Asterisk, so it cannot run in these tests. This follows its source: `pbx_variables.c`
//! (substitution, `Set`), `pbx_functions.c` (arguments of functions), `app.c` (separation of arguments), `func_strings.c`, `func_logic.c`,
//! `func_curl.c` of branch 20; `CURL()`'s arguments are the same in 16, 18, 22 and 23. It was compared with Asterisk 20 (branch 20 of August 2026, built
//! with `pjproject` 2.17) on 2026-11-29: that program read the same `extensions.conf`, and posted for the same variables the bodies that
//! `bodies_are_those_that_asterisk_posted` holds.
//!
//! What no example uses is not here: a function or application that is not known stops the test.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::repository;

#[expect(dead_code, reason = "the tests of the examples use the rest")]
#[path = "../../examples/dialplan.rs"]
mod dialplan;

use dialplan::{Dialplan, Step};

/// How a caller's way through the dialplan ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The caller was connected: the argument of `Dial()`.
    Dialled(String),
    /// The caller heard this, if anything, and was hung up.
    HungUp(Option<String>),
}

/// A caller's channel in the dialplan of `examples/asterisk`, which is read as it is shipped.
#[derive(Debug)]
pub(crate) struct Channel {
    dialplan: Dialplan,
    variables: BTreeMap<String, String>,
    functions: BTreeMap<String, String>,
    curl: Vec<(String, String)>,
    /// The bodies that were posted.
    pub(crate) posted: Vec<String>,
}

impl Channel {
    pub(crate) fn new() -> Self {
        let file = repository().join("examples/asterisk/extensions.conf");
        let dialplan = Dialplan::read(&std::fs::read_to_string(file).unwrap()).unwrap();
        Self {
            variables: dialplan.globals.clone(),
            functions: BTreeMap::new(),
            dialplan,
            curl: Vec::new(),
            posted: Vec::new(),
        }
    }

    /// Sets a variable, or what a function such as `CALLERID(num)` reads.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let of = if name.ends_with(')') {
            &mut self.functions
        } else {
            &mut self.variables
        };
        of.insert(name.to_owned(), value.to_owned());
    }

    /// The value of a variable.
    pub(crate) fn variable(&self, name: &str) -> String {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    /// Goes on at a label, or at the start, of the extension `s` of a context until the call is connected or hung up.
    pub(crate) fn run(&mut self, context: &str, label: &str) -> Ended {
        let (mut steps, mut at) = self.place(context, label);
        let mut played = None;
        loop {
            let step = steps[at].clone();
            at += 1;
            let data = self.substitute(&step.arguments);
            match step.application.as_str() {
                "Answer" => {}
                "Set" => self.assign(&data),
                "Playback" => played = Some(data),
                "Dial" => return Ended::Dialled(data),
                "Hangup" => return Ended::HungUp(played),
                "Goto" => (steps, at) = self.goto(&data),
                "GotoIf" => {
                    let (condition, branches) = data.split_once('?').unwrap();
                    let (yes, no) = branches.split_once(':').unwrap_or((branches, ""));
                    let branch = if is_true(condition) { yes } else { no };
                    if !branch.is_empty() {
                        (steps, at) = self.goto(branch);
                    }
                }
                other => panic!("{other} is not known here"),
            }
        }
    }

    fn place(&self, context: &str, label: &str) -> (Vec<Step>, usize) {
        let steps = self.dialplan.contexts[context].clone();
        let at = match label {
            "1" => 0,
            label => steps
                .iter()
                .position(|step| step.label.as_deref() == Some(label))
                .unwrap(),
        };
        (steps, at)
    }

    fn goto(&self, place: &str) -> (Vec<Step>, usize) {
        let parts: Vec<&str> = place.split(',').collect();
        let [context, "s", priority] = parts.as_slice() else {
            panic!("{place} is no other context");
        };
        self.place(context, priority)
    }

    /// `Set()`: the name ends at the first `=`; the value is everything behind it, as it is.
    fn assign(&mut self, data: &str) {
        let (name, value) = data.split_once('=').unwrap();
        if let Some((function, argument)) = name.strip_suffix(')').and_then(|name| name.split_once('(')) {
            match function {
                "CURLOPT" => self.curl.push((argument.to_owned(), value.to_owned())),
                _ => self.set(name, value),
            }
        } else {
            self.set(name.trim_start_matches('_'), value);
        }
    }

    /// Puts values in place of `${...}` and `$[...]`; what was put in is not looked at again.
    fn substitute(&mut self, template: &str) -> String {
        let (mut made, mut rest) = (String::new(), template);
        while let Some(start) = rest.find('$') {
            made += &rest[..start];
            rest = &rest[start + 1..];
            let Some(open) = rest.chars().next().filter(|next| "{[".contains(*next)) else {
                made.push('$');
                continue;
            };
            let inside = &rest[1..1 + closing(&rest[1..], open)];
            rest = rest.get(inside.len() + 2..).unwrap_or_default();
            let inside = self.substitute(inside);
            if open == '{' {
                made += &self.value(&inside);
            } else {
                made += &expression(&inside);
            }
        }
        made + rest
    }

    /// The value of what stands in `${...}`: a variable or a function, and a part of it when `:offset:length` follows.
    fn value(&mut self, text: &str) -> String {
        let (name, part) = name_and_part(text);
        let value = if name.contains('(') {
            self.function(name)
        } else if name == "EPOCH" {
            "1764028907".to_owned()
        } else {
            self.variables.get(name).cloned().unwrap_or_default()
        };
        part.map_or_else(|| value.clone(), |(offset, length)| cut(&value, offset, length))
    }

    /// What a function reads. Its arguments lie between the first `(` and the last `)`.
    fn function(&mut self, text: &str) -> String {
        let (name, arguments) = text.split_once('(').unwrap();
        let arguments = arguments.rsplit_once(')').map_or(arguments, |(inside, _)| inside);
        match name {
            "CURL" => self.post(arguments),
            "FILTER" => filter(arguments),
            "QUOTE" => quote(arguments),
            "REGEX" => regex(arguments),
            "IF" => {
                let [condition, rest] = separate(arguments, '?', Quotes::Kept);
                let [yes, no] = separate(&rest, ':', Quotes::Kept);
                if is_true(condition.trim()) { yes } else { no }.trim().to_owned()
            }
            "CALLERID" | "CHANNEL" => self.functions.get(text).cloned().unwrap_or_default(),
            other => panic!("{other} is not known here"),
        }
    }

    /// What was set with `CURLOPT(name)`; headers add up.
    fn options(&self, name: &str) -> Vec<&str> {
        let all = self.curl.iter().filter(|(set, _)| set == name);
        all.map(|(_, value)| value.as_str()).collect()
    }

    /// `CURL(url,data)`: only the first of the two is parsed; the data are posted as they are. An answer is its body, whatever the
    /// status; without an answer it is empty.
    fn post(&mut self, arguments: &str) -> String {
        let [url, data] = separate(arguments, ',', Quotes::Removed);
        let seconds = |name: &str| {
            Duration::from_secs(
                self.options(name)
                    .last()
                    .map_or(180, |value| value.parse().unwrap()),
            )
        };
        let headers = self.options("httpheader").join("\r\n");
        let (host, path) = url
            .strip_prefix("http://")
            .and_then(|url| url.split_once('/'))
            .unwrap_or_else(|| panic!("{url} is no address"));
        let request = format!(
            "POST /{path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{headers}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{data}",
            data.len()
        );
        let answered = exchange(host, &request, seconds("conntimeout"), seconds("httptimeout"));
        self.posted.push(data);
        answered
            .unwrap_or_default()
            .split_once("\r\n\r\n")
            .map_or("", |(_, body)| body)
            .trim()
            .to_owned()
    }
}

fn exchange(host: &str, request: &str, connect: Duration, all: Duration) -> std::io::Result<String> {
    let address = host.to_socket_addrs()?.next().unwrap();
    let mut stream = TcpStream::connect_timeout(&address, connect)?;
    stream.set_read_timeout(Some(all))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Where the bracket that is open before the text is closed. Each kind counts its own brackets, and those of `${` or `$[` of its kind.
fn closing(text: &str, open: char) -> usize {
    let close = if open == '{' { '}' } else { ']' };
    let mut depth = 1;
    for (index, character) in text.char_indices() {
        if character == open {
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                return index;
            }
        }
    }
    text.len()
}

/// Cuts off `:offset:length`; a `:` between round brackets belongs to the name.
fn name_and_part(text: &str) -> (&str, Option<(i64, i64)>) {
    let mut depth = 0_i32;
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ':' if depth == 0 => {
                let mut numbers = text[index + 1..].split(':').map(|number| number.parse().ok());
                let offset = numbers.next().flatten().unwrap_or(0);
                let length = numbers.next().flatten().unwrap_or(i64::from(i32::MAX));
                return (&text[..index], Some((offset, length)));
            }
            _ => {}
        }
    }
    (text, None)
}

fn cut(value: &str, offset: i64, length: i64) -> String {
    assert!(offset >= 0 && length >= 0, "no example counts from the end");
    let (offset, length) = (usize::try_from(offset).unwrap(), usize::try_from(length).unwrap());
    value.chars().skip(offset).take(length).collect()
}

/// What happens to quotation marks and backslashes when arguments are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Kept,
    Removed,
}

/// Separates two arguments. Between quotation marks or brackets nothing separates; the second, and last, is what is left, untouched.
fn separate(text: &str, delimiter: char, quotes: Quotes) -> [String; 2] {
    let (mut first, mut round, mut square, mut quoted) = (String::new(), 0_u32, 0_u32, false);
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '(' => round += 1,
            ')' => round = round.saturating_sub(1),
            '[' => square += 1,
            ']' => square = square.saturating_sub(1),
            '"' if delimiter != '"' => {
                quoted = !quoted;
                if quotes == Quotes::Removed {
                    continue;
                }
            }
            '\\' => {
                if quotes == Quotes::Kept {
                    first.push(character);
                }
                first.extend(rest.next());
                continue;
            }
            _ if character == delimiter && round == 0 && square == 0 && !quoted => {
                return [first, rest.as_str().to_owned()];
            }
            _ => {}
        }
        first.push(character);
    }
    [first, String::new()]
}

/// `FILTER(allowed,text)`: the bytes of the text that are allowed, one by one or as a range, each as itself or as `\xHH`.
fn filter(arguments: &str) -> String {
    let [allowed, text] = separate(arguments, ',', Quotes::Kept);
    let (mut set, mut at) = (Vec::new(), allowed.as_bytes());
    while !at.is_empty() {
        let (from, consumed) = encoded(at);
        at = &at[consumed..];
        let mut to = from;
        if at.first() == Some(&b'-') && at.len() > 1 {
            let consumed;
            (to, consumed) = encoded(&at[1..]);
            at = &at[1 + consumed..];
        }
        set.extend(from..=to);
    }
    let kept: Vec<u8> = text.bytes().filter(|byte| set.contains(byte)).collect();
    String::from_utf8(kept).unwrap()
}

/// A byte of the list, and how many were read for it.
fn encoded(text: &[u8]) -> (u8, usize) {
    match text {
        [b'\\', b'x', high, low, ..] => {
            let digits = [*high, *low];
            let byte = u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap();
            (byte, 4)
        }
        [b'\\', byte, ..] => (*byte, 2),
        [byte, ..] => (*byte, 1),
        [] => panic!("a list of characters ends in the middle"),
    }
}

fn quote(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// `REGEX("pattern" text)` with patterns of literals, `.`, `[a-b]`, `+`, `^` and `$`.
fn regex(arguments: &str) -> String {
    let parts: Vec<&str> = arguments.splitn(3, '"').collect();
    let ["", pattern, text] = parts.as_slice() else {
        panic!("{arguments}: not a pattern and a text");
    };
    let text: Vec<char> = text.strip_prefix(' ').unwrap_or(text).chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let found = match pattern.as_slice() {
        ['^', rest @ ..] => matches(rest, &text),
        pattern => (0..=text.len()).any(|start| matches(pattern, &text[start..])),
    };
    u8::from(found).to_string()
}

fn matches(pattern: &[char], text: &[char]) -> bool {
    let (class, rest): (&[char], &[char]) = match pattern {
        [] => return true,
        ['$'] => return text.is_empty(),
        ['[', from, '-', to, ']', rest @ ..] => (&[*from, *to], rest),
        [literal, rest @ ..] => (std::slice::from_ref(literal), rest),
    };
    let fits = |character: &char| match class {
        [from, to] => (from..=to).contains(&character),
        [one] => *one == '.' || one == character,
        _ => false,
    };
    match (text, rest) {
        ([first, after @ ..], ['+', rest @ ..]) if fits(first) => {
            matches(pattern, after) || matches(rest, after)
        }
        ([first, after @ ..], rest) if fits(first) && rest.first() != Some(&'+') => matches(rest, after),
        _ => false,
    }
}

/// `$[a - b]`, `$["a" = "b"]`, `$["a" != "b"]`.
fn expression(text: &str) -> String {
    for (operator, holds) in [(" != ", false), (" = ", true)] {
        if let Some((left, right)) = text.split_once(operator) {
            return u8::from((left.trim() == right.trim()) == holds).to_string();
        }
    }
    let numbers: Option<Vec<i64>> = text
        .split(" - ")
        .map(|number| number.trim().parse().ok())
        .collect();
    numbers.map_or_else(String::new, |numbers| {
        let [first, rest @ ..] = numbers.as_slice() else {
            panic!("{text}: no number");
        };
        (first - rest.iter().sum::<i64>()).to_string()
    })
}

/// A condition holds unless it is empty or a zero.
fn is_true(condition: &str) -> bool {
    match condition.trim() {
        "" => false,
        text => text.parse::<i64>() != Ok(0),
    }
}
