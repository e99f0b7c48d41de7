use super::*;

#[test]
fn writes_the_documented_bytes() {
    let assigned = ToPage::SlotAssigned {
        slot: SlotIndex(1),
        epoch: Epoch(0x0102),
        seat: Some(SeatId(3)),
    };
    assert_eq!(assigned.encode(), [1, 1, 1, 2, 0, 3]);

    let mut plan = SendPlan {
        microphone: true,
        audio: AudioRung::Lean,
        cap: Cap::within(Bitrate::kbps(69)),
        resting: Resting {
            own: false,
            others: true,
        },
        ..SendPlan::default()
    };
    plan.want(Rid::Q);
    plan.want(Rid::F);
    let told = ToPage::SendPlan(plan, Revision(0x0102)).encode();
    assert_eq!(told, [3, 0b0010_1011, 2, 6, 1, 2]);

    plan.resting.own = true;
    plan.redundancy = Redundancy::PacketBefore;
    plan.cap = None;
    let told = ToPage::SendPlan(plan, Revision(u16::MAX)).encode();
    assert_eq!(told, [3, 0b0111_1011, 2, 0, 255, 255]);

    let echo = ToPage::LinkEcho(LinkEcho {
        sequence: 7,
        sent_at: PageMillis(0x0102_0304),
        clock: ServerMillis(0x0506_0708),
        interval: Duration::from_secs(5),
    });
    assert_eq!(echo.encode(), [5, 7, 1, 2, 3, 4, 5, 6, 7, 8, 50]);

    assert_eq!(ToPage::Level(LinkLevel::Good).encode(), [9, 1]);
    assert_eq!(ToPage::Level(LinkLevel::Poor).encode(), [9, 4]);
}

const REPORT: [u8; 25] = [
    4, 200, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 50, 0, 3, 1, 0, 0, 8, 0, 9, 1,
];

#[test]
fn reads_a_report() {
    let report = LinkReport {
        sequence: 200,
        sent_at: PageMillis(0x0102_0304),
        echo: Some(ServerMillis(0x0506_0708)),
        echo_at: PageMillis(0x090a_0b0c),
        received: 50,
        lost: 3,
        jitter_buffer: Duration::from_millis(256),
        sent: 8,
        revision: Revision(9),
        ignores_packet_time: true,
    };
    assert_eq!(
        FromPage::decode(&REPORT),
        Some(FromPage::LinkReport(report))
    );
    let mut first = REPORT;
    first[6..10].fill(0);
    let Some(FromPage::LinkReport(report)) = FromPage::decode(&first) else {
        panic!("the same report without an echo");
    };
    assert_eq!(report.echo, None);
}

#[test]
fn reads_only_whole_messages_of_known_types() {
    let ready = FromPage::SlotReady {
        slot: SlotIndex(1),
        epoch: Epoch(258),
    };
    assert_eq!(FromPage::decode(&[2, 1, 1, 2]), Some(ready));
    for bad in [
        &[][..],
        &[2],
        &[2, 1, 1],
        &[2, 1, 1, 2, 0],
        &[9, 1, 1, 2],
        &[4],
    ] {
        assert_eq!(FromPage::decode(bad), None, "{bad:?}");
    }
    assert_eq!(FromPage::decode(&REPORT[..24]), None);
    assert_eq!(FromPage::decode(&[&REPORT[..], &[0]].concat()), None);
}

#[test]
fn a_cap_is_never_more_than_what_it_is_made_from() {
    let kept = [0, 9, 10, 114, 2_550, 9_000]
        .map(|kbps| Cap::within(Bitrate::kbps(kbps)).map(|cap| cap.rate().as_bps() / 1_000));
    assert_eq!(
        kept,
        [None, None, Some(10), Some(110), Some(2_550), Some(2_550)]
    );
}

#[test]
fn a_revision_wraps() {
    assert_eq!(Revision(u16::MAX).next(), Revision(0));
}
