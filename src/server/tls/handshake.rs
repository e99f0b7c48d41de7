//! What keeps the handshake small: on a 40 kbit/s link every 500 bytes of it cost a tenth of a second.

use std::io::Write as _;
use std::sync::Arc;

use rustls::CertificateCompressionAlgorithm;
use rustls::compress::{CertCompressor, CompressionFailed, CompressionLevel};
use rustls::crypto::{CryptoProvider, aws_lc_rs};

/// The cryptography of a server, with key exchanges of 32 to 97 bytes.
///
/// X25519MLKEM768 would answer with 1,120 bytes: 0.22 s at 40 kbit/s, twice where a browser opens two
/// connections at once. It would guard the signaling against tomorrow's computers; the consultation itself
/// goes by DTLS 1.2, which has no such exchange (docs/adr/0019).
pub(super) fn provider() -> Arc<CryptoProvider> {
    use aws_lc_rs::kx_group::{SECP256R1, SECP384R1, X25519};
    Arc::new(CryptoProvider {
        kx_groups: vec![X25519, SECP256R1, SECP384R1],
        ..aws_lc_rs::default_provider()
    })
}

/// Certificate chains go as Brotli where the browser takes it (RFC 8879; Chromium does): a usual chain of
/// 2.5 kB loses a fifth. Each is compressed once and remembered by rustls.
pub(super) fn cert_compressors() -> Vec<&'static dyn CertCompressor> {
    vec![&BrotliChain]
}

/// A window of 64 kB: more than any chain.
const LOG_WINDOW: u32 = 16;

/// The rustls feature of this name brings another version of the library that compresses our answers.
#[derive(Debug)]
struct BrotliChain;

impl CertCompressor for BrotliChain {
    fn compress(
        &self,
        input: Vec<u8>,
        level: CompressionLevel,
    ) -> Result<Vec<u8>, CompressionFailed> {
        let quality = match level {
            CompressionLevel::Interactive => 4,
            CompressionLevel::Amortized => 11,
        };
        let mut writer =
            brotli::CompressorWriter::new(Vec::new(), input.len(), quality, LOG_WINDOW);
        writer.write_all(&input).map_err(|_| CompressionFailed)?;
        Ok(writer.into_inner())
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        CertificateCompressionAlgorithm::Brotli
    }
}
