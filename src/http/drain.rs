//! The end of the service, spread out: were all sockets closed at the same instant, all clients would come back to the
//! next replica at the same instant.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{sync::watch, time::sleep};

/// The golden ratio's fractional part, in 2³²ths: its multiples lie evenly in every stretch of them.
const STEP: u32 = 2_654_435_769;

static TURNS: AtomicU32 = AtomicU32::new(0);

/// Waits for the service to stop, and then for this caller's turn within the window.
pub async fn turn(mut stop: watch::Receiver<bool>, window: Duration) {
    let turn = TURNS.fetch_add(1, Ordering::Relaxed).wrapping_mul(STEP);
    // An error means that the sender is gone, which is the end as well.
    let _ = stop.wait_for(|stop| *stop).await;
    sleep(window.mul_f64(f64::from(turn) / f64::from(u32::MAX))).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn turns_are_spread_over_the_window_and_wait_for_the_stop() {
        let window = Duration::from_secs(10);
        let (stop, stopped) = watch::channel(false);
        let turns: Vec<_> = (0..100)
            .map(|_| {
                let waiting = turn(stopped.clone(), window);
                tokio::spawn(async move {
                    waiting.await;
                    Instant::now()
                })
            })
            .collect();
        sleep(Duration::from_mins(1)).await;
        assert!(turns.iter().all(|turn| !turn.is_finished()));
        let start = Instant::now();
        stop.send_replace(true);
        let mut by_second = [0; 10];
        for turn in turns {
            let after = turn.await.unwrap().duration_since(start);
            assert!(after <= window + Duration::from_millis(2), "{after:?}");
            by_second[usize::try_from(after.as_secs()).unwrap().min(9)] += 1;
        }
        assert!(by_second.iter().all(|count| (5..=15).contains(count)), "{by_second:?}");
    }
}
