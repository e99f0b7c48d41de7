use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;

use super::*;

/// 2026-11-23, 09:00 in Vietnam: a Monday.
const BEGINS: Timestamp = Timestamp(1_795_399_200_000);
const LINK: &str = "https://kham.example.vn/#AAAAAAAAAAAAAAAAAAAAAA";
const KINDS: [Kind; 5] = [
    Kind::Booked,
    Kind::Moved,
    Kind::Cancelled,
    Kind::Late(Minutes(10)),
    Kind::Reminder,
];
const LANGUAGES: [Language; 3] = [Language::Vietnamese, Language::English, Language::Korean];

fn notice(kind: Kind, language: Language) -> Notice<'static> {
    let has_way_in = !matches!(kind, Kind::Cancelled | Kind::Late(_));
    Notice {
        kind,
        language,
        clinic: "Trạm y tế xã Tà Lèng",
        begins: BEGINS,
        link: has_way_in.then_some(LINK),
        code: has_way_in.then_some("12345678"),
    }
}

#[test]
fn messages_read_like_this() {
    let mut all = Vec::new();
    for language in LANGUAGES {
        for kind in KINDS {
            let notice = notice(kind, language);
            let Sms { text, length } = sms(&notice);
            all.push(format!(
                "{kind:?} {language:?}: {:?} × {}\n{text}",
                length.alphabet, length.segments
            ));
            all.push(zalo(&notice).to_string());
            let Email { subject, text } = email(&notice);
            all.push(format!("{subject}\n\n{text}"));
        }
    }
    insta::assert_snapshot!(all.join("\n---\n"));
}

#[test]
fn an_sms_that_is_too_long_with_its_marks_goes_without_them() {
    let mut long = notice(Kind::Moved, Language::Vietnamese);
    long.clinic = "Bệnh viện Đa khoa khu vực Mường Tè, phòng khám từ xa số 12";
    let Sms { text, length } = sms(&long);
    assert_eq!(
        length,
        Length {
            alphabet: Alphabet::Gsm7,
            segments: 2
        }
    );
    assert!(
        text.starts_with(
            "Benh vien Da khoa khu vuc Muong Te, phong kham tu xa so 12: Doi gio kham"
        ),
        "{text}"
    );
    assert!(text.contains(LINK) && text.contains("1234 5678"), "{text}");
}

#[test]
fn an_unknown_language_is_told_in_vietnamese() {
    let of = |code| Language::of(&LanguageCode::parse(code).unwrap());
    assert_eq!([of("vi"), of("blt"), of("tyz")], [Language::Vietnamese; 3]);
    assert_eq!([of("en"), of("kor")], [Language::English, Language::Korean]);
}

proptest! {
    #[test]
    fn an_sms_has_two_parts_at_most_whatever_the_clinic_is_called(
        clinic in "\\PC{1,60}", host in "[a-z.]{4,40}", kind in 0_usize..5, language in 0_usize..3,
        begins in 0_u64..4_102_444_800_000
    ) {
        let link = format!("https://{host}/#AAAAAAAAAAAAAAAAAAAAAA");
        let notice = Notice {
            clinic: &clinic,
            link: Some(&link),
            code: Some("12345678"),
            begins: Timestamp(begins),
            ..notice(KINDS[kind], LANGUAGES[language])
        };
        let Sms { text, length } = sms(&notice);
        prop_assert!(length.segments <= SMS_MAX_SEGMENTS, "{length:?} {text}");
        prop_assert!(text.contains(&link) && text.contains("1234 5678"));
        prop_assert_eq!(Length::of(&text), length);
    }
}

fn message(seat: u16) -> Message {
    let notice = notice(Kind::Booked, Language::Vietnamese);
    let to = Address::Phone("+84900000000".to_owned());
    Message::new(
        &notice,
        (RoomId(0xab), SeatId(seat), 1),
        Timestamp(5),
        to,
        None,
    )
}

/// A folder of this test's own, gone with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("signaling-{name}-{}", std::process::id()));
        let _gone = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_message_is_a_whole_file_that_nobody_else_reads() {
    let folder = Folder::new("spool-file");
    let spool = Spool::open(&folder.0).unwrap();
    spool.send(message(2)).await.unwrap();
    spool.send(message(2)).await.unwrap();
    let files = std::fs::read_dir(&folder.0).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap()).collect();
    assert_eq!(files.len(), 1, "the same again is the same file");
    assert_eq!(files[0].file_name(), "00000000000000ab-1-2-phone.json");
    assert_eq!(
        files[0].metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = std::fs::read_to_string(files[0].path()).unwrap();
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["to"], "+84900000000");
    assert_eq!(told["alphabet"], "ucs2");
    assert_eq!(told, message(2).to_json());
}

#[tokio::test]
async fn a_full_spool_refuses_what_is_new_and_takes_it_once_there_is_room() {
    let folder = Folder::new("spool-full");
    let spool = Spool::open(&folder.0).unwrap().holding(2);
    for seat in [1, 2, 2] {
        spool.send(message(seat)).await.unwrap();
    }
    let refused = spool.send(message(3)).await.unwrap_err();
    assert!(matches!(refused, MessengerError::Full), "{refused}");
    std::fs::remove_file(folder.0.join(format!("{}.json", message(1).id()))).unwrap();
    spool.send(message(3)).await.unwrap();
}

#[test]
fn an_e_mail_brings_the_calendar_along_and_no_telephone_reaches_a_log() {
    let notice = notice(Kind::Booked, Language::Korean);
    let revision = Revision {
        sequence: 0,
        changed: Timestamp(5),
        time: crate::consultation::BookedTime {
            begins: BEGINS,
            length: Minutes(30),
        },
        takes_place: true,
    };
    let to = Address::Email("sinh@example.vn".to_owned());
    let entry = attachment(
        &notice,
        RoomId(0xab),
        revision,
        "https://kham.example.vn",
        &to,
    );
    assert!(
        entry.contains("UID:00000000000000ab@kham.example.vn\r\n"),
        "{entry}"
    );
    let place = (RoomId(0xab), SeatId(2), 1);
    let message = Message::new(&notice, place, Timestamp(5), to, Some(entry.clone()));
    assert_eq!(message.to_json()["calendar"], entry.as_str());
    assert_eq!(format!("{:?}", message.to), "Address(email)");
    let shown = format!("{message:?}");
    assert_eq!(shown, "Message(00000000000000ab-1-2-email)");
}
