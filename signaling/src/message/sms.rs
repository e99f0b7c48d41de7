//! How long an SMS is: its alphabet, and into how many parts a network cuts it (3GPP TS 23.038, 23.040).

use unicode_normalization::UnicodeNormalization;

/// The alphabet in which a text travels. One character outside GSM-7 makes all of it UCS-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Seven bits a character: Latin without Vietnamese or Korean letters.
    Gsm7,
    /// Sixteen bits: everything else.
    Ucs2,
}

impl Alphabet {
    /// As it is written in a message file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm7",
            Self::Ucs2 => "ucs2",
        }
    }

    /// Units of a text that is alone, and of each part of one that was cut: the header that joins parts takes six octets.
    const fn units(self) -> (usize, usize) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// How a text travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// In which alphabet.
    pub alphabet: Alphabet,
    /// In how many parts, each of which is paid for.
    pub segments: usize,
}

impl Length {
    /// Measures a text.
    pub fn of(text: &str) -> Self {
        let septets = text.chars().map(septets);
        let (alphabet, units): (_, Vec<usize>) = match septets.collect::<Option<Vec<_>>>() {
            Some(septets) => (Alphabet::Gsm7, septets),
            None => (Alphabet::Ucs2, text.chars().map(char::len_utf16).collect()),
        };
        let (alone, each) = alphabet.units();
        let segments = if units.iter().sum::<usize>() <= alone {
            1
        } else {
            parts(&units, each)
        };
        Self { alphabet, segments }
    }
}

/// A character of two units is never cut in two.
fn parts(units: &[usize], each: usize) -> usize {
    let (mut parts, mut left) = (1, each);
    for unit in units {
        if *unit > left {
            parts += 1;
            left = each;
        }
        left -= unit;
    }
    parts
}

/// Septets of a character in GSM-7: one, or two by the extension table; `None`: it is not in it.
fn septets(character: char) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
    const EXTENDED: &str = "^{}\\[~]|€\u{c}";
    if character.is_ascii_alphanumeric() || BASIC.contains(character) {
        return Some(1);
    }
    EXTENDED.contains(character).then_some(2)
}

/// The same without the marks on letters, as every Vietnamese reads it in a hurry: `Ngày mai` is `Ngay mai`.
pub fn unaccented(text: &str) -> String {
    let letters = text
        .nfd()
        .filter(|letter| !unicode_normalization::char::is_combining_mark(*letter));
    letters
        .map(|letter| match letter {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_networks_cut_it() {
        let gsm = |segments| Length {
            alphabet: Alphabet::Gsm7,
            segments,
        };
        let ucs = |segments| Length {
            alphabet: Alphabet::Ucs2,
            segments,
        };
        assert_eq!(Length::of(""), gsm(1));
        assert_eq!(Length::of(&"a".repeat(160)), gsm(1));
        assert_eq!(Length::of(&"a".repeat(161)), gsm(2));
        assert_eq!(Length::of(&"a".repeat(306)), gsm(2));
        assert_eq!(Length::of(&"a".repeat(307)), gsm(3));
        assert_eq!(Length::of(&"đ".repeat(70)), ucs(1));
        assert_eq!(Length::of(&"đ".repeat(71)), ucs(2));
        assert_eq!(Length::of(&"đ".repeat(134)), ucs(2));
        assert_eq!(Length::of(&"đ".repeat(135)), ucs(3));
    }

    #[test]
    fn a_character_of_two_units_counts_twice_and_stays_whole() {
        assert_eq!(Length::of(&"€".repeat(80)).segments, 1);
        assert_eq!(Length::of(&"€".repeat(81)).segments, 2);
        // 76 whole ones fill 152 of 153 septets.
        assert_eq!(Length::of(&"€".repeat(152)).segments, 2);
        assert_eq!(Length::of(&"€".repeat(153)).segments, 3);
        assert_eq!(Length::of(&"🙂".repeat(35)).segments, 1);
        assert_eq!(Length::of(&"🙂".repeat(67)).segments, 3);
    }

    #[test]
    fn vietnamese_without_its_marks_fits_the_small_alphabet() {
        let text = "Trạm y tế xã Tà Lèng: lịch khám đổi sang Chủ nhật, Ắ ộ ữ Đ đ";
        assert_eq!(Length::of(text).alphabet, Alphabet::Ucs2);
        let plain = unaccented(text);
        assert_eq!(
            plain,
            "Tram y te xa Ta Leng: lich kham doi sang Chu nhat, A o u D d"
        );
        assert_eq!(Length::of(&plain).alphabet, Alphabet::Gsm7);
    }
}
