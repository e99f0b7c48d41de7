use super::*;
use crate::accounts::KeyId;

const HIS: KeyId = KeyId(0x51);
const INSURER: KeyId = KeyId(0x52);

fn read(what: RecordKind, to: KeyId) -> Command {
    Command::Disclose { what, to }
}

#[test]
fn each_system_is_written_down_once_a_day_for_each_kind_that_it_reads() {
    let mut story = Story::booked();
    let encounter = Fact::Disclosed {
        what: RecordKind::Encounter,
        to: HIS,
    };
    assert_eq!(
        story.does(read(RecordKind::Encounter, HIS)),
        std::slice::from_ref(&encounter)
    );
    let first = story.now;
    assert_eq!(story.does(read(RecordKind::Encounter, HIS)), []);
    assert_eq!(story.does(read(RecordKind::Encounter, INSURER)).len(), 1);
    assert_eq!(story.does(read(RecordKind::Consents, HIS)).len(), 1);
    // A second before the day is over, and when it is.
    story.now = Timestamp(first.plus(DISCLOSED_FOR).0 - 2_000);
    assert_eq!(story.does(read(RecordKind::Encounter, HIS)), []);
    assert_eq!(story.does(read(RecordKind::Encounter, HIS)), [encounter]);
}

#[test]
fn what_is_over_is_read_and_what_never_was_is_not() {
    let mut story = Story::begun();
    story.does(Command::End { by: None });
    assert_eq!(story.does(read(RecordKind::Trail, HIS)).len(), 1);
    let nothing = Story::nothing().tell(read(RecordKind::Trail, HIS));
    assert_eq!(nothing, Err(RuleError::NotOpen));
}
