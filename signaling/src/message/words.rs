//! What stands in messages, in three languages. The clinic's name comes first: a message of an unknown sender that asks
//! to tap a link is taken for fraud, and since 2024 the rule in Vietnam asks for it.
//!
//! Nothing says why somebody comes or with whom: messages are read by whoever holds the telephone.

use super::{Kind, Language, Notice};
use crate::utc::{WallTime, in_vietnam};

/// `09:00 thứ Hai 23/11`, as each language writes it.
pub(super) fn when(notice: &Notice<'_>) -> String {
    let WallTime {
        year: _,
        month,
        day,
        weekday,
        hour,
        minute,
    } = in_vietnam(notice.begins);
    let weekday = usize::from(weekday);
    let name = |names: [&'static str; 7]| names.get(weekday).copied().unwrap_or_default();
    match notice.language {
        Language::Vietnamese => {
            let name = name([
                "thứ Hai",
                "thứ Ba",
                "thứ Tư",
                "thứ Năm",
                "thứ Sáu",
                "thứ Bảy",
                "Chủ nhật",
            ]);
            format!("{hour:02}:{minute:02} {name} {day}/{month}")
        }
        Language::English => {
            let name = name(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
            format!("{hour:02}:{minute:02} {name} {day}/{month} (Vietnam time)")
        }
        Language::Korean => {
            let name = name(["월", "화", "수", "목", "금", "토", "일"]);
            format!("{month}/{day}({name}) {hour:02}:{minute:02} 베트남 시간")
        }
    }
}

/// The sentence itself, without the clinic's name in front and without the way in behind.
pub(super) fn sentence(notice: &Notice<'_>) -> String {
    let when = when(notice);
    match (notice.language, notice.kind) {
        (Language::Vietnamese, Kind::Booked) => format!("Hẹn khám qua video {when}."),
        (Language::Vietnamese, Kind::Moved) => format!("Đổi giờ khám video: {when}."),
        (Language::Vietnamese, Kind::Cancelled) => format!("Lịch khám qua video {when} đã hủy."),
        (Language::Vietnamese, Kind::Late(minutes)) => {
            format!(
                "Bác sĩ muộn khoảng {} phút. Xin chờ, giữ nguyên chỗ.",
                minutes.0
            )
        }
        (Language::Vietnamese, Kind::Reminder) => format!("Nhắc lịch khám qua video {when}."),
        (Language::English, Kind::Booked) => format!("Video visit {when}."),
        (Language::English, Kind::Moved) => format!("Your video visit moved to {when}."),
        (Language::English, Kind::Cancelled) => format!("The video visit {when} is cancelled."),
        (Language::English, Kind::Late(minutes)) => {
            format!(
                "The doctor is about {} minutes late. Please wait, you keep your place.",
                minutes.0
            )
        }
        (Language::English, Kind::Reminder) => format!("Reminder: video visit {when}."),
        (Language::Korean, Kind::Booked) => format!("영상 진료 {when}."),
        (Language::Korean, Kind::Moved) => format!("영상 진료 변경: {when}."),
        (Language::Korean, Kind::Cancelled) => format!("영상 진료 취소: {when}."),
        (Language::Korean, Kind::Late(minutes)) => {
            format!(
                "의사가 약 {}분 늦습니다. 순서는 그대로이니 기다려 주세요.",
                minutes.0
            )
        }
        (Language::Korean, Kind::Reminder) => format!("영상 진료 안내: {when}."),
    }
}

/// `Mở: https://… Mã: 1234 5678`, as far as there is a link and a code.
pub(super) fn way_in(notice: &Notice<'_>) -> String {
    let (open, code) = match notice.language {
        Language::Vietnamese => ("Mở", "Mã"),
        Language::English => ("Open", "Code"),
        Language::Korean => ("열기", "번호"),
    };
    let link = notice.link.map(|link| format!(" {open}: {link}"));
    let code = notice
        .code
        .map(|digits| format!(" {code}: {}", spoken(digits)));
    [link, code].into_iter().flatten().collect()
}

/// In groups of four, as digits are read out.
pub(super) fn spoken(digits: &str) -> String {
    match digits.split_at_checked(4) {
        Some((first, second)) if !second.is_empty() => format!("{first} {second}"),
        _ => digits.to_owned(),
    }
}

/// What the e-mail says besides: there is room in it.
pub(super) fn advice(notice: &Notice<'_>) -> &'static str {
    let needs_way_in =
        notice.link.is_some() && matches!(notice.kind, Kind::Booked | Kind::Moved | Kind::Reminder);
    if !needs_way_in {
        return "";
    }
    match notice.language {
        Language::Vietnamese => {
            "Mở đường dẫn bằng điện thoại hoặc máy tính có mạng. Không cần cài gì, không cần tài khoản. \
             Nên mở trước 10 phút. Đừng gửi đường dẫn này cho người khác."
        }
        Language::English => {
            "Open the link on a telephone or a computer. There is nothing to install and no account to make. \
             Please come 10 minutes early. Do not pass the link on to anybody."
        }
        Language::Korean => {
            "휴대전화나 컴퓨터에서 링크를 열어 주세요. 설치나 회원 가입은 필요 없습니다. \
             10분 전에 들어와 주세요. 링크를 다른 사람에게 보내지 마세요."
        }
    }
}

/// What a calendar or an e-mail's subject shows.
pub(super) const fn title(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "Khám qua video",
        Language::English => "Video visit",
        Language::Korean => "영상 진료",
    }
}
