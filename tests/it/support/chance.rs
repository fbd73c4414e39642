//! Chance that can be repeated: a failing test prints its seed.

use serde_json::{Value, json};
use std::time::Duration;

/// A small generator of numbers (xorshift64*).
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// The generator of `CASEGRAPH_TEST_SEED`, or of the seed given; prints which.
    pub fn seeded(seed: u64) -> Self {
        let seed = std::env::var("CASEGRAPH_TEST_SEED").map_or(seed, |text| text.parse().unwrap());
        println!("seed: CASEGRAPH_TEST_SEED={seed}");
        Self(seed.max(1))
    }

    /// The same numbers each time, without a word.
    pub fn fixed() -> Self {
        Self(1)
    }

    /// Another generator, for another task.
    pub fn branch(&mut self) -> Self {
        Self(self.next() | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 16) % bound
    }

    /// Waits up to so many microseconds; not at all for 0.
    pub async fn nap(&mut self, micros: u64) {
        let micros = self.below(micros + 1);
        if micros > 0 {
            tokio::time::sleep(Duration::from_micros(micros)).await;
        }
    }
}

/// Both in the same instant. In two of four rounds one comes a good while later, so that both orders occur.
pub async fn meet<A: Future, B: Future>(
    round: u32,
    chance: &mut Chance,
    one: A,
    other: B,
) -> (A::Output, B::Output) {
    let (mut first, mut second) = (chance.branch(), chance.branch());
    let one = async {
        wait(round.is_multiple_of(4), &mut first).await;
        one.await
    };
    let other = async {
        wait(round % 4 == 1, &mut second).await;
        other.await
    };
    tokio::join!(one, other)
}

async fn wait(comes_later: bool, chance: &mut Chance) {
    if comes_later {
        tokio::time::sleep(Duration::from_millis(100)).await;
    } else {
        chance.nap(6_000).await;
    }
}

/// Whether a change went through.
pub fn passed(payload: &Value) -> bool {
    payload["refusals"] == json!([])
}
