//! A token bucket: `burst` at once, then `rate` a second.

use std::time::Instant;

/// Counts events against a rate.
#[derive(Debug)]
pub struct Limiter {
    burst: f64,
    rate: f64,
    left: f64,
    updated: Instant,
}

impl Limiter {
    /// A full bucket.
    pub fn new(burst: u32, rate: u32, now: Instant) -> Self {
        Self { burst: f64::from(burst), rate: f64::from(rate), left: f64::from(burst), updated: now }
    }

    /// Takes `count` from the bucket; false if they were not there (then the bucket is left empty).
    pub fn take(&mut self, count: u64, now: Instant) -> bool {
        let refill = now.saturating_duration_since(self.updated).as_secs_f64() * self.rate;
        self.updated = now;
        self.left = (self.left + refill).min(self.burst) - count as f64;
        let allowed = self.left >= 0.0;
        self.left = self.left.max(0.0);
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn allows_the_burst_and_then_the_rate() {
        let start = Instant::now();
        let mut limiter = Limiter::new(3, 10, start);
        assert!(limiter.take(3, start));
        assert!(!limiter.take(1, start));
        assert!(limiter.take(1, start + Duration::from_millis(150)));
        assert!(!limiter.take(1, start + Duration::from_millis(151)));
    }
}
