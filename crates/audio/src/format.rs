//! What a file that is not read is, by its first bytes: so that its owner knows what to convert.

use super::mixer::DecodeError;

/// Beginnings of files, and what they are. The longer of two comes first.
const BEGINNINGS: [(&[u8], &str); 36] = [
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "WMA (Windows Media)"),
    (b"#!AMR-WB", "AMR wideband"),
    (b"#!AMR", "AMR"),
    (b"#!SILK", "SILK"),
    (b".snd", "AU (Sun audio)"),
    (b"caff", "CAF (Core Audio)"),
    (b"wvpk", "WavPack"),
    (b"MAC ", "Monkey's Audio"),
    (b"MPCK", "Musepack"),
    (b"TTA1", "True Audio"),
    (b"DSD ", "DSD"),
    (b"MThd", "MIDI"),
    (b"riff\x2E\x91\xCF\x11", "Sony Wave64"),
    (b"RIFX", "RIFX (a WAV file of a big-endian machine)"),
    (b"Creative Voice File", "Creative Voice (VOC)"),
    (b".ra\xFD", "RealAudio"),
    (b".RMF", "RealMedia"),
    (b"ADIF", "AAC"),
    (b"FLV", "Flash video"),
    (b"\x1A\x45\xDF\xA3", "Matroska or WebM"),
    (b"FORM", "AIFF"),
    (b"NIST_1A", "NIST SPHERE"),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, and not the file itself (run `git lfs pull`)",
    ),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xD0\xCF\x11\xE0", "an office document"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a text document"),
];

/// As much of a file is looked through for the name of a codec.
const LOOKED_AT: usize = 65_536;

/// What to say of a file that is not read; `None` where nothing is known of it.
pub(super) fn refused(bytes: &[u8]) -> Option<DecodeError> {
    if bytes.is_empty() {
        return Some(DecodeError::Empty);
    }
    name(bytes).map(DecodeError::Format)
}

fn name(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(in_mp4(bytes));
    }
    if bytes.starts_with(b"OggS") {
        return in_ogg(bytes);
    }
    if bytes.starts_with(b"RIFF") {
        return match bytes.get(8..12) {
            Some(b"AVI ") => Some("AVI video"),
            Some(b"WEBP") => Some("a picture"),
            _ => None,
        };
    }
    let known = BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning));
    if let Some((_, name)) = known {
        return Some(name);
    }
    // ADTS: twelve ones, then the layer, which is 0.
    if let [0xFF, second, ..] = bytes
        && second & 0xF6 == 0xF0
    {
        return Some("AAC");
    }
    text(bytes)
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    let start = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    let end = bytes
        .get(bytes.len().saturating_sub(LOOKED_AT)..)
        .unwrap_or_default();
    [start, end]
        .iter()
        .any(|part| part.windows(word.len()).any(|window| window == word))
}

/// The codec stands in the description of a track, which is at the beginning or at the end.
fn in_mp4(bytes: &[u8]) -> &'static str {
    if holds(bytes, b"mp4a") {
        "AAC in MP4 (M4A)"
    } else if holds(bytes, b"alac") {
        "Apple Lossless in MP4 (M4A)"
    } else if holds(bytes, b"samr") || holds(bytes, b"sawb") {
        "AMR in 3GP"
    } else {
        "MP4 (M4A, 3GP)"
    }
}

fn in_ogg(bytes: &[u8]) -> Option<&'static str> {
    let page = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    let found = |word: &[u8]| page.windows(word.len()).any(|window| window == word);
    if found(b"OpusHead") {
        Some("Opus in Ogg")
    } else if found(b"Speex   ") {
        Some("Speex in Ogg")
    } else if found(b"\x80theora") {
        Some("Theora video in Ogg")
    } else {
        None
    }
}

fn text(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(..1_024.min(bytes.len())).unwrap_or_default();
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Some("a text file");
    }
    // A letter may be cut in two at the end.
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_written = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{feff}');
    if text.is_empty() || !text.chars().all(is_written) {
        return None;
    }
    let beginning = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    let is_page = beginning.starts_with("<!doctype html") || beginning.starts_with("<html");
    Some(if is_page { "a web page" } else { "a text file" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::decode;

    fn told(bytes: &[u8]) -> String {
        let read = decode(bytes.to_vec(), "wav", Duration::from_secs(120));
        read.unwrap_err().to_string()
    }

    #[test]
    fn each_kind_of_file_is_named() {
        let mp4 = |codec: &[u8]| [b"\0\0\0\x20ftypM4A \0\0\0\0", &[0; 200][..], codec, &[0; 90]].concat();
        let ogg = |head: &[u8]| [b"OggS\0\x02", &[0; 22][..], head, &[0; 60]].concat();
        for (bytes, name) in [
            (mp4(b"mp4a"), "AAC in MP4 (M4A) is not read"),
            (mp4(b"alac"), "Apple Lossless"),
            (mp4(b"samr"), "AMR in 3GP"),
            (mp4(b"????"), "MP4 (M4A, 3GP)"),
            (ogg(b"OpusHead"), "Opus in Ogg"),
            (ogg(b"Speex   "), "Speex in Ogg"),
            (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9".to_vec(), "WMA"),
            (b"#!AMR\n\x3C\x91".to_vec(), "AMR is not read"),
            (b"#!AMR-WB\n".to_vec(), "AMR wideband"),
            (b".snd\0\0\0\x18".to_vec(), "AU (Sun audio)"),
            (b"FORM\0\0\0\x2AAIFF".to_vec(), "AIFF"),
            (b"\xFF\xF1\x50\x80\x04\x3F".to_vec(), "AAC is not read"),
            (b"RIFX\0\0\0\x20WAVE".to_vec(), "big-endian"),
            (b"RIFF\0\0\0\x20AVI LIST".to_vec(), "AVI video"),
            (
                b"version https://git-lfs.github.com/spec/v1\n".to_vec(),
                "Git LFS",
            ),
            (b"PK\x03\x04\x14\0".to_vec(), "ZIP archive"),
            (
                "Hyvää päivää, tässä äänitteet.\r\n".as_bytes().to_vec(),
                "a text file is not read",
            ),
            (b"\xFF\xFEH\0e\0i\0".to_vec(), "a text file"),
            (
                b"\n<!DOCTYPE html><html><title>Log in</title>".to_vec(),
                "a web page",
            ),
            (Vec::new(), "empty: no sound in it"),
            (b"RIFF\x24\0\0\0WAVE".to_vec(), "empty: no sound in it"),
            (
                [0x80, 0x91, 0x02, 0x55].repeat(300),
                "samples without a header are not read",
            ),
        ] {
            assert!(told(&bytes).contains(name), "{name}: {}", told(&bytes));
        }
    }

    #[test]
    fn letter_that_is_cut_in_two_is_still_text() {
        let long = "ä".repeat(600);
        assert!(told(&[b"x", long.as_bytes()].concat()).contains("a text file"));
    }
}
