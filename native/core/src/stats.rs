//! Statistics of one connection: quiche counts from the start, a sample says what is new.

use quiche::Connection;

/// Counts since the last sample, and levels now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Packets.
    pub sent: u64,
    /// Packets.
    pub received: u64,
    /// Packets declared lost, the spuriously lost ones included.
    pub lost: u64,
    /// Packets with retransmitted data.
    pub retransmitted: u64,
    /// Packets declared lost that were acknowledged after all.
    pub spurious_losses: u64,
    /// Probe timeouts that fired.
    pub probe_timeouts: u64,
    /// UDP payload bytes.
    pub bytes_sent: u64,
    /// UDP payload bytes.
    pub bytes_received: u64,
    /// Times that sending waited for the amplification limit.
    pub amplification_limited: u64,
    /// DATA_BLOCKED frames, sent and received.
    pub connection_blocked: u64,
    /// STREAM_DATA_BLOCKED frames, sent and received.
    pub stream_blocked: u64,
    /// STREAMS_BLOCKED frames for bidirectional streams, received.
    pub streams_bidi_blocked: u64,
    /// STREAMS_BLOCKED frames for unidirectional streams, received.
    pub streams_uni_blocked: u64,
    /// Smoothed RTT of the active path, 0 before the first measurement.
    pub rtt_seconds: f64,
    /// Smallest RTT of the active path.
    pub min_rtt_seconds: f64,
    /// Congestion window of the active path.
    pub congestion_window: u64,
    /// Delivery rate of the active path in bytes a second.
    pub delivery_rate: u64,
    /// UDP payload that the active path is known to carry.
    pub path_mtu: u64,
    /// The last one of its connection.
    pub last: bool,
}

const COUNTS: usize = 13;
type Counts = [u64; COUNTS];

impl Sample {
    fn from_counts(counts: Counts) -> Self {
        let [
            sent,
            received,
            lost,
            retransmitted,
            spurious_losses,
            probe_timeouts,
            bytes_sent,
            bytes_received,
            amplification_limited,
            connection_blocked,
            stream_blocked,
            streams_bidi_blocked,
            streams_uni_blocked,
        ] = counts;
        Self {
            sent,
            received,
            lost,
            retransmitted,
            spurious_losses,
            probe_timeouts,
            bytes_sent,
            bytes_received,
            amplification_limited,
            connection_blocked,
            stream_blocked,
            streams_bidi_blocked,
            streams_uni_blocked,
            ..Self::default()
        }
    }
}

/// Remembers what was published already.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    published: Counts,
}

impl Meter {
    /// What is new since the last call.
    pub fn sample(&mut self, quic: &Connection, last: bool) -> Sample {
        let mut sample = self.delta(totals(quic));
        if let Some(path) = quic.path_stats().find(|path| path.active) {
            // Before the first measurement quiche shows its initial guess.
            if let Some(min_rtt) = path.min_rtt {
                sample.rtt_seconds = path.rtt.as_secs_f64();
                sample.min_rtt_seconds = min_rtt.as_secs_f64();
            }
            sample.congestion_window = path.cwnd as u64;
            sample.delivery_rate = path.delivery_rate;
            sample.path_mtu = path.pmtu as u64;
        }
        sample.last = last;
        sample
    }

    fn delta(&mut self, totals: Counts) -> Sample {
        let mut counts = Counts::default();
        for ((new, total), published) in counts.iter_mut().zip(totals).zip(&mut self.published) {
            // Probe timeouts are summed over paths, and a path that quiche forgets takes its count along.
            *new = total.saturating_sub(*published);
            *published = (*published).max(total);
        }
        Sample::from_counts(counts)
    }
}

fn totals(quic: &Connection) -> Counts {
    let stats = quic.stats();
    let probe_timeouts: usize = quic.path_stats().map(|path| path.total_pto_count).sum();
    [
        stats.sent as u64,
        stats.recv as u64,
        stats.lost as u64,
        stats.retrans as u64,
        stats.spurious_lost as u64,
        probe_timeouts as u64,
        stats.sent_bytes,
        stats.recv_bytes,
        stats.amplification_limited_count,
        stats.data_blocked_sent_count + stats.data_blocked_recv_count,
        stats.stream_data_blocked_sent_count + stats.stream_data_blocked_recv_count,
        stats.streams_blocked_bidi_recv_count,
        stats.streams_blocked_uni_recv_count,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_only_what_is_new() {
        let mut meter = Meter::default();
        let mut totals = [10; COUNTS];
        assert_eq!(meter.delta(totals).sent, 10);
        totals[0] = 15;
        let second = meter.delta(totals);
        assert_eq!((second.sent, second.received), (5, 0));
    }

    #[test]
    fn a_count_that_falls_is_no_news_and_is_not_counted_again() {
        let mut meter = Meter::default();
        meter.delta([10; COUNTS]);
        assert_eq!(meter.delta([4; COUNTS]).probe_timeouts, 0);
        assert_eq!(meter.delta([11; COUNTS]).probe_timeouts, 1);
    }
}
