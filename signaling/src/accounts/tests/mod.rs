//! The rules, the parts and the whole, told as stories; and the rules on random commands.

mod account;
mod known;
mod parts;
mod passwords;
mod policy;
mod random;
mod security;
mod service;
mod staff;
mod throttle;
mod webhooks;
mod world;

use super::*;
use crate::ids::{Timestamp, TokenHash};

const CLINIC: ClinicId = ClinicId(7);
const ELSEWHERE: ClinicId = ClinicId(8);
const LAN: AccountId = AccountId(1);
const MAI: AccountId = AccountId(2);
const NAM: AccountId = AccountId(3);

fn hash(number: u8) -> TokenHash {
    TokenHash([number; 32])
}

fn name(number: u8) -> NameHash {
    NameHash([number; 32])
}

fn one_time(number: u8, expires: u64) -> OneTime {
    OneTime {
        hash: hash(number),
        expires: Timestamp(expires),
    }
}

fn sign_in_name(text: &str) -> SignInName {
    SignInName::parse(text).unwrap()
}
