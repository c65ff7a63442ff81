//! The prompts of a call's language, in the codec of the call.
//!
//! G.711 is there from the start. G.722 and Opus are encoded for all calls when the first call of a language speaks
//! them, on a thread for blocking work: the whole language in the background from the answer on, and what has to be
//! played before that is done, just before it is played. So a media thread never meets a prompt that is not ready,
//! but where the codec changes in the middle of one; there it sends silence for the moment that it takes.

use std::sync::Arc;

use aftercall_audio::prompts::{Catalog, EncodingRequest, Playlist};
use aftercall_base::Language;
use aftercall_rtp::Codec;

/// The call's prompts in its negotiated codec.
#[derive(Debug)]
pub(super) struct CallPrompts {
    prompts: Arc<Catalog>,
    language: Language,
    codec: Option<Codec>,
}

impl CallPrompts {
    /// The prompts of `language`; there is no codec yet.
    pub(super) const fn new(prompts: Arc<Catalog>, language: Language) -> Self {
        Self {
            prompts,
            language,
            codec: None,
        }
    }

    /// Uses `codec` from now on, and has the prompts encoded in the background if no call has used it before.
    pub(super) fn use_codec(&mut self, codec: Codec) {
        self.codec = Some(codec);
        if self.prompts.ask(self.language.as_str(), codec) == EncodingRequest::First {
            let (prompts, language) = (Arc::clone(&self.prompts), self.language.clone());
            tracing::info!(codec = codec.encoding_name(), %language, "encoding prompts");
            let _in_the_background =
                tokio::task::spawn_blocking(move || prompts.prepare(language.as_str(), codec));
        }
    }

    /// Uses another language from now on.
    pub(super) fn change_language(&mut self, language: Language) {
        self.language = language;
        if let Some(codec) = self.codec {
            self.use_codec(codec);
        }
    }

    /// Returns when `playlist` can be played in the codec of the call: at once, but for the first calls of a codec.
    pub(super) async fn ready(&self, playlist: &Playlist) {
        let Some(codec) = self.codec.filter(|codec| !playlist.is_ready(*codec)) else {
            return;
        };
        let playlist = playlist.clone();
        if tokio::task::spawn_blocking(move || playlist.prepare(codec))
            .await
            .is_err()
        {
            tracing::error!(codec = codec.encoding_name(), "cannot encode a prompt");
        }
    }
}
