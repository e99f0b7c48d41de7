//! The boolean entropy coder of VP8 (RFC 6386, section 7).

/// Even odds: what the standard calls a literal.
pub const EVEN: u8 = 128;

/// The boolean entropy encoder of section 7.3.
#[derive(Debug)]
pub struct BoolCoder {
    out: Vec<u8>,
    range: u32,
    bottom: u32,
    bits: u32,
}

impl Default for BoolCoder {
    fn default() -> Self {
        Self {
            out: Vec::with_capacity(256),
            range: 255,
            bottom: 0,
            bits: 24,
        }
    }
}

impl BoolCoder {
    /// Codes `value`, with odds of `odds` in 256 that it is false.
    pub fn put(&mut self, odds: u8, value: bool) {
        let split = 1 + (((self.range - 1) * u32::from(odds)) >> 8);
        if value {
            self.bottom += split;
            self.range -= split;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.range <<= 1;
            if self.bottom >> 31 == 1 {
                self.carry();
            }
            self.bottom <<= 1;
            self.bits -= 1;
            if self.bits == 0 {
                let [_, _, _, byte] = self.bottom.to_le_bytes();
                self.out.push(byte);
                self.bottom &= 0x00ff_ffff;
                self.bits = 8;
            }
        }
    }

    /// Adds one to the bytes already written.
    fn carry(&mut self) {
        for byte in self.out.iter_mut().rev() {
            let (sum, overflowed) = byte.overflowing_add(1);
            *byte = sum;
            if !overflowed {
                return;
            }
        }
    }

    /// Codes `count` bits, the highest first, at even odds.
    pub fn literal(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            self.put(EVEN, value >> bit & 1 == 1);
        }
    }

    /// The bytes, all bits pushed out.
    pub fn finish(mut self) -> Vec<u8> {
        // 32 zero bits push out all that is left.
        self.literal(0, 32);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decoder of section 7.3, only here: the coder must be understood by its counterpart.
    struct BoolDecoder<'a> {
        input: std::slice::Iter<'a, u8>,
        value: u32,
        range: u32,
        bits: u32,
    }

    impl<'a> BoolDecoder<'a> {
        fn new(bytes: &'a [u8]) -> Self {
            let mut input = bytes.iter();
            let mut next = || u32::from(*input.next().unwrap_or(&0));
            let value = next() << 8 | next();
            Self {
                input,
                value,
                range: 255,
                bits: 0,
            }
        }

        fn get(&mut self, odds: u8) -> bool {
            let split = 1 + (((self.range - 1) * u32::from(odds)) >> 8);
            let value = self.value >= split << 8;
            if value {
                self.range -= split;
                self.value -= split << 8;
            } else {
                self.range = split;
            }
            while self.range < 128 {
                self.value <<= 1;
                self.range <<= 1;
                self.bits += 1;
                if self.bits == 8 {
                    self.bits = 0;
                    self.value |= u32::from(*self.input.next().unwrap_or(&0));
                }
            }
            value
        }
    }

    #[test]
    fn codes_bits_so_that_the_decoder_of_the_standard_reads_them_back() {
        let mut chance = crate::chance::Chance::new(3, 0, 0);
        let bits: Vec<(u8, bool)> = (0..5_000)
            .map(|_| {
                let odds = (chance.next_u16() % 255) as u8 + 1;
                (odds, chance.next_u16() % 256 >= u16::from(odds))
            })
            .collect();
        let mut coder = BoolCoder::default();
        for (odds, value) in &bits {
            coder.put(*odds, *value);
        }
        let bytes = coder.finish();
        let mut decoder = BoolDecoder::new(&bytes);
        for (odds, value) in bits {
            assert_eq!(decoder.get(odds), value);
        }
    }
}
