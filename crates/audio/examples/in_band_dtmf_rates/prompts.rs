//! The shipped prompts as sound at 8 kHz, at any speed: spoken slower or faster, which moves their frequencies too.

use std::path::Path;

/// All prompts, each as recorded (16 kHz).
pub(crate) fn load() -> Result<Vec<Vec<f32>>, hound::Error> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts");
    for language in ["en", "fi"] {
        let mut files: Vec<_> = std::fs::read_dir(root.join(language))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "wav"))
            .collect();
        files.sort();
        for file in files {
            let mut reader = hound::WavReader::open(file)?;
            let samples: Result<Vec<f32>, _> = reader
                .samples::<i16>()
                .map(|sample| sample.map(f32::from))
                .collect();
            found.push(samples?);
        }
    }
    Ok(found)
}

/// A recording of 16 kHz at 8 kHz, spoken `speed` times as fast: a short low-pass, then linear interpolation.
pub(crate) fn at_8_khz(recorded: &[f32], speed: f32) -> Vec<f32> {
    let smooth: Vec<f32> = recorded
        .windows(3)
        .map(|around| 0.25 * around[0] + 0.5 * around[1] + 0.25 * around[2])
        .collect();
    let step = 2.0 * speed;
    let length = (smooth.len() as f32 / step) as usize;
    (0..length)
        .map_while(|n| {
            let at = n as f32 * step;
            let (place, part) = (at as usize, at.fract());
            Some(smooth[place] * (1.0 - part) + smooth.get(place + 1)? * part)
        })
        .collect()
}
