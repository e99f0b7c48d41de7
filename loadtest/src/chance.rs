//! Where the bots' numbers come from: a seeded stream for what may repeat, the kernel for what must not.

/// `SplitMix64`: one line of state, good enough for phases and SSRCs, the same on every machine.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A stream of its own for each `(seed, room, bot)`, so that adding a bot changes no other.
    pub fn new(seed: u64, room: usize, bot: usize) -> Self {
        let mut chance = Self(seed ^ ((room as u64) << 20) ^ ((bot as u64) << 8));
        chance.next_u64();
        chance
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The upper half of the next 64 bits.
    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    /// 16 of the next 64 bits.
    pub fn next_u16(&mut self) -> u16 {
        (self.next_u64() >> 48) as u16
    }
}

/// 22 characters of base64url from 16 random bytes of the kernel.
///
/// Never from the seed: the server repeats its answer to an attempt id it has seen within a
/// minute, so a second run with the same seed would be handed a dead transport.
pub fn unique_id() -> anyhow::Result<String> {
    const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let mut bits = u128::from_be_bytes(bytes);
    let mut id = String::with_capacity(22);
    for _ in 0..22 {
        // The top six bits each time; the last character carries the remaining two and zeros.
        let index = (bits >> 122) as usize;
        id.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'A')));
        bits <<= 6;
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_bot_gives_others() {
        let draw = |seed, room, bot| Chance::new(seed, room, bot).next_u64();
        assert_eq!(draw(7, 1, 2), draw(7, 1, 2));
        assert_ne!(draw(7, 1, 2), draw(7, 2, 1));
        assert_ne!(draw(7, 1, 2), draw(8, 1, 2));
    }

    #[test]
    fn ids_have_the_length_of_a_link_and_differ() {
        let (a, b) = (unique_id().unwrap(), unique_id().unwrap());
        assert_eq!(a.len(), 22);
        assert_ne!(a, b);
        assert!(
            a.bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
        );
    }
}
