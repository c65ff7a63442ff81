//! The sheet that a voice actor reads from: every prompt with its file name, its words and a word about how to say
//! it, under the rules for voice and level.

use std::fmt::Write;

use aftercall_base::Language;

/// One prompt to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// The language to speak.
    pub language: Language,
    /// The prompt's name; its file is called so.
    pub name: String,
    /// The words; `None` where they have not been written yet.
    pub text: Option<String>,
    /// The words in a language that has them, where these have none.
    pub model: Option<String>,
    /// How to say it.
    pub notes: String,
}

impl SheetLine {
    fn file(&self) -> String {
        format!("{}/{}.wav", self.language, self.name)
    }

    fn words(&self) -> String {
        match (&self.text, &self.model) {
            (Some(text), _) => text.clone(),
            (None, Some(model)) => format!("(write the words; in the model: {model})"),
            (None, None) => "(write the words)".to_owned(),
        }
    }
}

/// The shape of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    /// Markdown.
    Markdown,
    /// Comma-separated values (RFC 4180), for a spreadsheet.
    Csv,
    /// A page to print.
    Html,
    /// Plain text.
    Text,
}

/// What holds for every prompt.
const RULES: [&str; 8] = [
    "One voice for all prompts of a language, friendly and unhurried, close to the microphone, in a quiet room.",
    "Say the words as they stand: numbers and keys are written as words.",
    "Leave half a second of silence before and after; pauses between sentences stay below 0.4 s.",
    "The welcome takes under 4 s, a question with both ends of its scale under 7 s, nothing longer than 15 s.",
    "Peaks between -12 and -6 dBFS, never at full scale; no compressor, no gate, no music.",
    "One file for each prompt, called as it stands here; WAV, FLAC, Ogg Vorbis or MP3, 16 kHz or more, mono or stereo.",
    "Level (active speech -22 dBov, ITU-T P.56), rate and silence are set by `aftercall prompts import`.",
    "Keys on the telephone must not be heard in the room: a recorded key tone answers the question.",
];

/// How a prompt of that name is said; `asks` tells a question.
pub fn notes(name: &str, asks: bool) -> &'static str {
    match name {
        name if name.ends_with("_retry") => "second try: slower, patient, with weight on the numbers",
        name if name.starts_with("language_key_") => "short and clear; the other languages follow at once",
        name if name.starts_with("welcome") => "warm, under 4 s; the caller did not ask for this",
        "no_input" | "no_match" => "neutral, never blaming; the question follows at once",
        "thanks" | "declined" | "goodbye_not_surveyed" => "warm; the voice falls, the call ends",
        "sorry_error" => "calm and sorry; the call ends",
        "comment" | "comment_low" => "inviting, then plain: it is recorded; the tone follows at once",
        "correction" => "neutral, never doubting; three seconds of silence keep the mark",
        _ if asks => "a friendly question; a short pause before what to press",
        _ => "",
    }
}

/// The sheet, with the prompts of each language together, in the order given.
pub fn render(lines: &[SheetLine], format: SheetFormat) -> String {
    match format {
        SheetFormat::Markdown => markdown(lines),
        SheetFormat::Csv => csv(lines),
        SheetFormat::Html => html(lines),
        SheetFormat::Text => text(lines),
    }
}

/// The lines of each language; a language comes where its first line does.
fn by_language(lines: &[SheetLine]) -> Vec<(&Language, Vec<&SheetLine>)> {
    let mut groups: Vec<(&Language, Vec<&SheetLine>)> = Vec::new();
    for line in lines {
        match groups
            .iter_mut()
            .find(|(language, _)| **language == line.language)
        {
            Some((_, group)) => group.push(line),
            None => groups.push((&line.language, vec![line])),
        }
    }
    groups
}

fn markdown(lines: &[SheetLine]) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    let mut out = "# Recording sheet\n\n".to_owned();
    for rule in RULES {
        let _ = writeln!(out, "- {rule}");
    }
    for (language, group) in by_language(lines) {
        let _ = writeln!(
            out,
            "\n## {language}\n\n| file | words | how | take |\n| --- | --- | --- | --- |"
        );
        for line in group {
            let (file, words, notes) = (line.file(), cell(&line.words()), cell(&line.notes));
            let _ = writeln!(out, "| `{file}` | {words} | {notes} | |");
        }
    }
    out
}

fn csv(lines: &[SheetLine]) -> String {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    // Spreadsheets take a file for UTF-8 when it begins so.
    let mut out = "\u{feff}file,language,words,how,longest_s\r\n".to_owned();
    for line in lines {
        let (file, words) = (cell(&line.file()), cell(&line.words()));
        let _ = write!(
            out,
            "{file},{},{words},{},15\r\n",
            cell(line.language.as_str()),
            cell(&line.notes)
        );
    }
    out
}

fn text(lines: &[SheetLine]) -> String {
    let mut out = "RECORDING SHEET\n\n".to_owned();
    for rule in RULES {
        let _ = writeln!(out, "  * {rule}");
    }
    for line in lines {
        let _ = write!(out, "\n[ ] {}\n    {}\n", line.file(), line.words());
        if !line.notes.is_empty() {
            let _ = writeln!(out, "    ({})", line.notes);
        }
    }
    out
}

const STYLE: &str = "body{font:12pt/1.5 sans-serif;margin:2em}table{border-collapse:collapse;width:100%}\
    td,th{border:1px solid #999;padding:.5em;text-align:left;vertical-align:top}tr{break-inside:avoid}\
    h2{break-before:page}.words{font-size:14pt}.how{color:#555}";

fn html(lines: &[SheetLine]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Recording sheet</title>\
         <style>{STYLE}</style></head>\n<body><h1>Recording sheet</h1>\n<ul>\n"
    );
    for rule in RULES {
        let _ = writeln!(out, "<li>{}</li>", escaped(rule));
    }
    out.push_str("</ul>\n");
    for (language, group) in by_language(lines) {
        let _ = writeln!(
            out,
            "<h2>{language}</h2>\n<table lang=\"{language}\"><tr><th>file</th><th>words</th><th>take</th></tr>"
        );
        for line in group {
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td class=\"words\">{}<div class=\"how\" lang=\"en\">{}</div></td><td></td></tr>",
                escaped(&line.file()),
                escaped(&line.words()),
                escaped(&line.notes)
            );
        }
        out.push_str("</table>\n");
    }
    out.push_str("</body></html>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{SheetFormat, SheetLine, notes, render};
    use aftercall_base::Language;

    fn lines() -> Vec<SheetLine> {
        let line = |language, name: &str, text: Option<&str>| SheetLine {
            language: Language::new(language).unwrap(),
            name: name.to_owned(),
            text: text.map(str::to_owned),
            model: Some("How <likely> | \"9\" & up?".to_owned()),
            notes: notes(name, true).to_owned(),
        };
        vec![
            line("el", "nps", Some("Πόσο \"πιθανό\";")),
            line("sv", "nps", None),
            line("el", "nps_retry", Some("Παρακαλούμε")),
        ]
    }

    #[test]
    fn every_shape_holds_every_file_and_its_words() {
        for format in [
            SheetFormat::Markdown,
            SheetFormat::Csv,
            SheetFormat::Html,
            SheetFormat::Text,
        ] {
            let sheet = render(&lines(), format);
            for words in [
                "el/nps.wav",
                "sv/nps.wav",
                "el/nps_retry.wav",
                "Παρακαλούμε",
                "second try",
                "write the words",
            ] {
                assert!(sheet.contains(words), "{format:?}: {words}\n{sheet}");
            }
        }
    }

    #[test]
    fn what_a_shape_cannot_hold_is_escaped() {
        assert!(render(&lines(), SheetFormat::Markdown).contains("<likely> \\| "));
        assert!(render(&lines(), SheetFormat::Html).contains("How &lt;likely&gt; | &quot;9&quot; &amp; up?"));
        assert!(
            render(&lines(), SheetFormat::Csv).contains("\"el/nps.wav\",\"el\",\"Πόσο \"\"πιθανό\"\";\",")
        );
    }

    #[test]
    fn languages_stand_together_in_their_own_sections() {
        let sheet = render(&lines(), SheetFormat::Markdown);
        assert_eq!(sheet.matches("## el").count(), 1);
        assert!(sheet.find("el/nps_retry").unwrap() < sheet.find("## sv").unwrap());
    }
}
