//! Valid SRTP and SRTCP around whatever a hostile page likes to say.
//!
//! The engine of a client writes only well-formed packets. A wiretap under every engine of the
//! process remembers the key that each SSRC is sealed with, and a [`Forger`] then seals any bytes
//! with the keys of its client, so that the server decrypts them and has to read what is inside.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use str0m::crypto::{
    AeadAes256Gcm, AeadAes256GcmCipher, CryptoError, SrtpProvider, SupportedAeadAes128Gcm,
    SupportedAeadAes256Gcm, SupportedAes128CmSha1_80, from_feature_flags,
};

/// RTCP packet types (RFC 5761 section 4): the second byte tells RTCP from RTP.
const RTCP_TYPES: std::ops::RangeInclusive<u8> = 192..=223;

/// One direction's key and salt.
#[derive(Clone, Copy, Debug)]
struct Secret {
    key: [u8; 32],
    salt: [u8; 12],
}

/// Secrets by SSRC: chance makes those unique, so that one table serves all engines.
#[derive(Debug, Default)]
struct Heard {
    rtp: HashMap<u32, Secret>,
    rtcp: HashMap<u32, Secret>,
}

#[derive(Debug)]
struct Wiretap {
    heard: Mutex<Heard>,
    inner: &'static dyn SrtpProvider,
}

static TAP: OnceLock<Wiretap> = OnceLock::new();

/// Puts the wiretap under all engines that are made from now on.
pub fn listen() {
    let mut provider = from_feature_flags();
    let inner = provider.srtp_provider;
    provider.srtp_provider = TAP.get_or_init(|| Wiretap {
        heard: Mutex::default(),
        inner,
    });
    provider.install_process_default();
}

/// Seals with one client's keys.
#[derive(Debug, Clone, Copy)]
pub struct Forger {
    rtp: Secret,
    rtcp: Secret,
}

impl Forger {
    /// The keys of the client that has sent RTP under this SSRC and RTCP under any of `ssrcs`;
    /// `None` if it has not yet.
    pub fn of(ssrcs: &[u32]) -> Option<Self> {
        let heard = TAP.get()?.heard();
        let find =
            |table: &HashMap<u32, Secret>| ssrcs.iter().find_map(|ssrc| table.get(ssrc).copied());
        Some(Self {
            rtp: find(&heard.rtp)?,
            rtcp: find(&heard.rtcp)?,
        })
    }

    /// An RTP packet: `header` in the clear, `payload` (padding included) encrypted. `rollover`
    /// counts the wraps of the sequence number.
    pub fn seal_rtp(&self, header: &[u8], payload: &[u8], rollover: u32) -> Vec<u8> {
        let sequence = u16::from_be_bytes([header[2], header[3]]);
        let iv = AeadAes256Gcm::rtp_iv(self.rtp.salt, four(header, 8), rollover, sequence);
        let mut sealed = header.to_vec();
        sealed.extend(self.rtp.encrypt(iv, header, payload));
        sealed
    }

    /// An RTCP compound packet of at least eight bytes, under this SRTCP index.
    pub fn seal_rtcp(&self, plain: &[u8], index: u32) -> Vec<u8> {
        let (header, body) = plain.split_at(8);
        let iv = AeadAes256Gcm::rtcp_iv(self.rtcp.salt, four(header, 4), index);
        let trailer = (0x8000_0000 | index).to_be_bytes();
        let sealed = self.rtcp.encrypt(iv, &[header, &trailer].concat(), body);
        [header, &sealed, &trailer].concat()
    }
}

impl Secret {
    fn encrypt(&self, iv: [u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let factory = TAP.get().unwrap().inner.aead_aes_256_gcm();
        let mut sealed = vec![0; plain.len() + AeadAes256Gcm::TAG_LEN];
        factory
            .create_cipher(self.key, true)
            .encrypt(&iv, aad, plain, &mut sealed)
            .unwrap();
        sealed
    }
}

impl Wiretap {
    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, key: [u8; 32], iv: &[u8; 12], aad: &[u8]) {
        // With a salt of zero these functions give what the salt was mixed with.
        let secret = |mixed: [u8; 12]| Secret {
            key,
            salt: std::array::from_fn(|at| iv[at] ^ mixed[at]),
        };
        let mut heard = self.heard();
        if RTCP_TYPES.contains(&aad[1]) {
            let ssrc = four(aad, 4);
            let mixed = AeadAes256Gcm::rtcp_iv([0; 12], ssrc, four(aad, 8) & 0x7fff_ffff);
            heard.rtcp.entry(ssrc).or_insert_with(|| secret(mixed));
        } else {
            // A stream's first packet has not wrapped yet.
            let (ssrc, sequence) = (four(aad, 8), u16::from_be_bytes([aad[2], aad[3]]));
            let mixed = AeadAes256Gcm::rtp_iv([0; 12], ssrc, 0, sequence);
            heard.rtp.entry(ssrc).or_insert_with(|| secret(mixed));
        }
    }
}

impl SrtpProvider for Wiretap {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        self.inner.aes_128_cm_sha1_80()
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        self.inner.aead_aes_128_gcm()
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        TAP.get().unwrap()
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.inner.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.inner.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAeadAes256Gcm for Wiretap {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        let inner = self.inner.aead_aes_256_gcm().create_cipher(key, encrypt);
        Box::new(Tapped { key, inner })
    }
}

#[derive(Debug)]
struct Tapped {
    key: [u8; 32],
    inner: Box<dyn AeadAes256GcmCipher>,
}

impl AeadAes256GcmCipher for Tapped {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        TAP.get().unwrap().hear(self.key, iv, aad);
        self.inner.encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.inner.decrypt(iv, aads, input, output)
    }
}

fn four(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
