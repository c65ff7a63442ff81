-- How good the media of a call were. All are NULL for a call that was never answered, or whose end a crash cut off.

-- Encoding name of the codec spoken last, such as `PCMA`.
ALTER TABLE call ADD COLUMN media_codec TEXT;
-- Milliseconds of audio in each of our packets.
ALTER TABLE call ADD COLUMN media_ptime_ms INTEGER;
-- RTP packets that we sent.
ALTER TABLE call ADD COLUMN rtp_sent INTEGER;
-- RTP packets of the peer that arrived, duplicates included.
ALTER TABLE call ADD COLUMN rtp_received INTEGER;
-- RTP packets of the peer that never arrived.
ALTER TABLE call ADD COLUMN rtp_lost INTEGER;
-- RTP packets of the peer that arrived more than once.
ALTER TABLE call ADD COLUMN rtp_duplicated INTEGER;
-- Datagrams on the media port that were not the peer's, or no media.
ALTER TABLE call ADD COLUMN rtp_refused INTEGER;
-- Packets that we did not send because a media thread was late.
ALTER TABLE call ADD COLUMN rtp_skipped INTEGER;
-- Interarrival jitter of the peer's packets at the end, in microseconds.
ALTER TABLE call ADD COLUMN jitter_us INTEGER;
-- Share of our packets that the peer missed, 0 to 1, by its last RTCP report; NULL without one.
ALTER TABLE call ADD COLUMN remote_loss REAL;
-- Time to the peer and back in microseconds, by its last RTCP report; NULL without one.
ALTER TABLE call ADD COLUMN round_trip_us INTEGER;

-- One row per call that had media.
CREATE VIEW v_call_quality AS
SELECT
    call_uid,                                       -- our identity of the call
    substr(arrived_at, 1, 10) AS day,               -- UTC day of arrival
    node,                                           -- the node that handled it
    queue,                                          -- queue or service line
    media_codec,                                    -- codec spoken last
    media_ptime_ms,                                 -- milliseconds of audio in our packets
    rtp_sent,                                       -- packets that we sent
    rtp_received,                                   -- packets that arrived
    rtp_lost,                                       -- packets that never arrived
    100.0 * rtp_lost / NULLIF(rtp_received - rtp_duplicated + rtp_lost, 0) AS lost_percent, -- of those that should have
    rtp_duplicated,                                 -- packets that arrived again
    rtp_refused,                                    -- datagrams that were not the peer's
    rtp_skipped,                                    -- packets that we were too late to send
    jitter_us,                                      -- interarrival jitter, microseconds
    100.0 * remote_loss AS remote_lost_percent,     -- of our packets, as the peer says
    round_trip_us                                   -- to the peer and back, microseconds
FROM call
WHERE rtp_sent IS NOT NULL;
