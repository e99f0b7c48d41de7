// Generated from signaling/src/protocol by `cargo test -p signaling export_bindings`.
// Do not edit: change the Rust types and run it again.

export const PROTOCOL_VERSION = 1
export const OPAQUE_CHARS = 22
export const SIGNED_MAX_BYTES = 2048
export const NAME_MAX_CHARS = 60
export const LICENCE_MAX_CHARS = 40
export const CHAT_TEXT_MAX_CHARS = 2000
export const CHAT_REF_MAX_CHARS = 22
export const MESSAGE_MAX_BYTES = 16384
export const PAPER_MAX_BYTES = 65536
