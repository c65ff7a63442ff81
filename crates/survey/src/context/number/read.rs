//! From a text to the digits of a telephone number, whatever stands around and between them.
//!
//! ```text
//! "Virtanen" <sip:+358%2040-1234567;phone-context=x@h;user=phone>
//!                 |        | visual separators and invisible characters of any script
//!                 | the user of an address or URI (RFC 3261 section 19.1.6, RFC 3966)
//! +44 (0)20 7946 0958       the trunk prefix in brackets is dialled inside the country only
//! +1 555 123 4567 ext. 12   an extension is no part of the number that calls show
//! ```

use std::fmt;
use std::net::Ipv4Addr;

use crate::context::text::unescaped;

/// Fewest digits: internal numbers may have two.
const FEWEST: usize = 2;

/// Most digits behind a plus (ITU-T E.164 section 6.2.1).
pub(super) const MOST_GLOBAL: usize = 15;

/// Most digits without one: an international prefix goes before those.
const MOST: usize = 18;

/// From this many digits on a number is one of a subscriber, and no extension.
pub(super) const SUBSCRIBER: usize = 7;

/// Longest text that is looked at, in characters.
const LONGEST: usize = 256;

/// The first digit of each script's ten, for decimal digits beyond ASCII.
const ZEROS: [u32; 37] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xAA50, 0xABF0, 0xFF10, 0x1_04A0, 0x1_1066,
];

/// Country codes behind which a 0 belongs to the number.
const KEEP_ZERO: [&str; 6] = ["39", "225", "241", "242", "378", "379"];

/// The digits of a number as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberDigits {
    /// Whether a plus stands in front: the digits begin with a country code.
    pub(super) is_global: bool,
    /// ASCII digits.
    pub(super) digits: String,
    /// The country code that `phone-context` gives a local number (RFC 3966 section 5.1.5).
    pub(super) context: Option<String>,
}

impl NumberDigits {
    pub(super) fn of(is_global: bool, digits: String) -> Self {
        Self {
            is_global,
            digits,
            context: None,
        }
    }

    /// As it would be dialled: digits, with the plus in front where there is one.
    pub fn bare(&self) -> String {
        let plus = if self.is_global { "+" } else { "" };
        format!("{plus}{}", self.digits)
    }
}

impl fmt::Debug for NumberDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits(<{} redacted>)", self.digits.len())
    }
}

/// Why a text is no telephone number. The text itself is left out: it may be a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    /// No digit in it.
    #[error("has no digits")]
    Empty,
    /// Something between the digits that no number has.
    #[error("has letters or signs that no telephone number has: send its digits, such as +358401234567")]
    Foreign,
    /// `*` or `#`: a service code.
    #[error("has `*` or `#`, which are keys of a service code and no part of a caller's number")]
    Keys,
    /// A plus between digits, or a whole number on each side of something that no number has.
    #[error("is more than one number")]
    Several,
    /// Two signs at its beginning.
    #[error("begins with more than one plus")]
    Pluses,
    /// A single digit.
    #[error("has one digit only")]
    TooShort,
    /// More digits than a number can have.
    #[error("has more than 15 digits, and no telephone number does")]
    TooLong,
    /// An internet address.
    #[error("is an address of the internet and no telephone number")]
    Host,
    /// A text or number that is sent where there is no number.
    #[error("is what is sent in place of a number that is not known, and is nobody's")]
    Nobody,
}

/// Reads the digits of a number.
///
/// # Errors
/// Why the text is none.
pub fn read(text: &str) -> Result<NumberDigits, NotANumber> {
    if text.chars().count() > LONGEST {
        return Err(NotANumber::TooLong);
    }
    let (user, context) = user(text)?;
    let user = unescaped(&user);
    if is_dotted_address(user.trim()) {
        return Err(NotANumber::Host);
    }
    let mut digits = scan(without_extension(&user))?;
    digits.context = context.filter(|_| !digits.is_global);
    let most = if digits.is_global { MOST_GLOBAL } else { MOST };
    match digits.digits.len() {
        0 => Err(NotANumber::Empty),
        length if length < FEWEST => Err(NotANumber::TooShort),
        length if length > most => Err(NotANumber::TooLong),
        _ => Ok(digits),
    }
}

/// Whether a text may be the number of a person: seven digits and more, in any notation.
pub fn is_subscriber_number(text: &str) -> bool {
    read(text).is_ok_and(|number| number.digits.len() >= SUBSCRIBER)
}

/// What stands in the place of the number, without what an address or URI has around it; and the country code of
/// `phone-context`.
fn user(text: &str) -> Result<(String, Option<String>), NotANumber> {
    let text = text.trim();
    let inner = match (text.find('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => text.get(open + 1..close).unwrap_or_default(),
        _ => text.trim_matches('"'),
    };
    let (scheme, rest) = scheme(inner.trim());
    let user = match rest.rsplit_once('@') {
        Some((user, _host)) => user,
        // A SIP URI without a user is a host.
        None if scheme == Scheme::Sip && rest.contains(['.', '[']) => return Err(NotANumber::Host),
        None => rest,
    };
    let (number, parameters) = user.split_once(';').unwrap_or((user, ""));
    let of_rest = rest.split(';').skip(1);
    let context = parameters.split(';').chain(of_rest).find_map(phone_context);
    let number = match scheme {
        // Behind the colon stands a password (RFC 3261 section 19.1.1) or a port.
        Scheme::Sip => number.split(':').next().unwrap_or_default(),
        Scheme::Tel | Scheme::None => number,
    };
    Ok((number.to_owned(), context))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Sip,
    Tel,
    None,
}

fn scheme(text: &str) -> (Scheme, &str) {
    let Some((name, rest)) = text.split_once(':') else {
        return (Scheme::None, text);
    };
    let name = name.trim();
    if name.eq_ignore_ascii_case("sip") || name.eq_ignore_ascii_case("sips") {
        (Scheme::Sip, rest)
    } else if ["tel", "phone", "callto"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
    {
        (Scheme::Tel, rest)
    } else {
        (Scheme::None, text)
    }
}

/// The digits of `phone-context=+358`; a domain says nothing that helps.
fn phone_context(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    let value = value.split('@').next().unwrap_or_default();
    let value = unescaped(value.trim());
    let digits = value.strip_prefix('+')?;
    let is_code = (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (name.trim().eq_ignore_ascii_case("phone-context") && is_code).then(|| digits.to_owned())
}

/// `192.0.2.1`, but not `20.12.34.56`, which is how some write a telephone number.
fn is_dotted_address(text: &str) -> bool {
    let is_pairs = text.split('.').all(|group| group.len() == 2);
    !is_pairs && text.parse::<Ipv4Addr>().is_ok()
}

/// Without the extension at the end: `ext. 12`, `x12`. It is left alone where no whole number stands before it.
fn without_extension(text: &str) -> &str {
    let trimmed = text.trim_end();
    let before = trimmed.trim_end_matches(|symbol: char| symbol.is_ascii_digit());
    let extension = trimmed.len() - before.len();
    let before = before.trim_end_matches([' ', '.', ':', '\u{A0}']);
    let number = ["extension", "extn", "ext", "x"].iter().find_map(|word| {
        let (number, end) = before.split_at_checked(before.len().checked_sub(word.len())?)?;
        end.eq_ignore_ascii_case(word).then_some(number)
    });
    match number {
        Some(number) if (1..=7).contains(&extension) && digits_in(number) >= SUBSCRIBER => number,
        Some(_) | None => text,
    }
}

fn digits_in(text: &str) -> usize {
    text.chars().filter(|symbol| digit(*symbol).is_some()).count()
}

/// The digits between separators.
fn scan(text: &str) -> Result<NumberDigits, NotANumber> {
    let mut number = NumberDigits::of(false, String::new());
    let mut brackets = Brackets::None;
    for (at, symbol) in text.char_indices() {
        if let Some(digit) = digit(symbol) {
            if brackets == Brackets::Opened && digit == '0' && number.begins_abroad() {
                brackets = Brackets::Inside;
                continue;
            }
            if brackets == Brackets::Opened {
                brackets = Brackets::Inside;
            }
            number.digits.push(digit);
        } else if is_plus(symbol) {
            match (number.digits.is_empty(), number.is_global) {
                (true, false) => number.is_global = true,
                (true, true) => return Err(NotANumber::Pluses),
                (false, _) => return Err(NotANumber::Several),
            }
        } else if matches!(symbol, '(' | '[' | '\u{FF08}' | '\u{FF3B}') {
            brackets = Brackets::Opened;
        } else if matches!(symbol, '*' | '#') {
            return Err(NotANumber::Keys);
        } else if !is_between(symbol) {
            let rest = text.get(at..).unwrap_or_default();
            return Err(match number.digits.len().min(digits_in(rest)) {
                SUBSCRIBER.. => NotANumber::Several,
                _ => NotANumber::Foreign,
            });
        }
        if number.digits.len() > 2 * MOST {
            return Err(NotANumber::TooLong);
        }
    }
    Ok(number)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    None,
    /// The next digit is the first in them.
    Opened,
    Inside,
}

impl NumberDigits {
    /// Whether what was read so far is a country code, behind which a trunk prefix is not dialled.
    fn begins_abroad(&self) -> bool {
        let code = match self.digits.strip_prefix("00") {
            Some(code) if !self.is_global => code,
            Some(_) | None if self.is_global => self.digits.as_str(),
            Some(_) | None => return false,
        };
        (1..=3).contains(&code.len()) && !keeps_zero(code)
    }
}

/// Whether numbers behind this country code may begin with a 0.
pub(super) fn keeps_zero(code: &str) -> bool {
    KEEP_ZERO.contains(&code)
}

/// The ASCII digit of a decimal digit of any script.
fn digit(symbol: char) -> Option<char> {
    if symbol.is_ascii() {
        return symbol.is_ascii_digit().then_some(symbol);
    }
    let code = u32::from(symbol);
    let value = match code {
        // Five styles of mathematical digits stand one behind the other.
        0x1_D7CE..=0x1_D7FF => (code - 0x1_D7CE) % 10,
        _ => ZEROS
            .iter()
            .map(|zero| code.wrapping_sub(*zero))
            .find(|value| *value < 10)?,
    };
    char::from_digit(value, 10)
}

const fn is_plus(symbol: char) -> bool {
    matches!(symbol, '+' | '\u{207A}' | '\u{FE62}' | '\u{FF0B}')
}

/// What may stand between digits: blanks, dashes, dots, slashes, closing brackets, and what cannot be seen.
fn is_between(symbol: char) -> bool {
    let is_separator = matches!(
        symbol,
        '-' | '.' | '/' | ')' | ']' | '_' | '~' | '\u{B7}' | '\u{58A}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2022}'
                | '\u{2027}'
                | '\u{2043}'
                | '\u{2044}'
                | '\u{2053}'
                | '\u{207B}'
                | '\u{2212}'
                | '\u{2219}'
                | '\u{223C}'
                | '\u{22C5}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{3002}'
                | '\u{30FB}'
                | '\u{30FC}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF09}'
                | '\u{FF0D}'
                | '\u{FF0E}'
                | '\u{FF0F}'
                | '\u{FF3D}'
                | '\u{FF5E}'
                | '\u{FF70}'
    );
    let is_invisible = matches!(
        symbol,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E01EF}'
    );
    is_separator || is_invisible || symbol.is_whitespace() || symbol.is_control()
}
