-- Why the keys of a call may not have been heard.

-- `odd_telephone_event`: the peer's SDP maps telephone-event in a way that RFC 4733 does not have; keys were listened for by
-- number and as tones. `no_key_path`: it has none, and tones are switched off, so that only SIP INFO can carry keys.
-- `unknown_payload_type`: packets that read as keys came on a payload type that was not agreed on, and were not used.
-- NULL: nothing of that, or no media.
ALTER TABLE call ADD COLUMN key_warning TEXT;

DROP VIEW v_call_quality;

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
    round_trip_us,                                  -- to the peer and back, microseconds
    key_warning                                     -- why keys may not have been heard; NULL: no reason known
FROM call
WHERE rtp_sent IS NOT NULL;
