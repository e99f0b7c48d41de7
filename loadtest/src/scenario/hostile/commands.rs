//! Commands of a practitioner, said by everybody else.

use super::report::Attack;
use crate::bot::enter::Key;
use crate::bot::person::{Body, Person};
use crate::bot::tone::TONES;
use crate::bot::wire::View;
use crate::chance::Chance;
use crate::cli::HostilePlan;
use crate::http::{Client, Failure};
use crate::protocol::ClientMessage;
use crate::scenario::rooms::Rented;

/// A room whose people all are there: the first is the practitioner.
struct Ward {
    room: Rented,
    people: Vec<Person>,
}

/// Each role tries, waiting and let in.
pub async fn attacks(client: &Client, plan: &HostilePlan) -> Vec<Attack> {
    let mut made = Vec::new();
    let roles = [
        "practitioner",
        "patient",
        "interpreter",
        "companion",
        "observer",
    ];
    let mut attack =
        Attack::new("forged commands of who waits, and of interpreter and patient let in");
    let outcome = async {
        let mut ward = Ward::open(client, plan, &roles).await?;
        ward.forge(&[2, 3, 4, 5], &mut attack).await?;
        ward.admit(2).await?;
        ward.forge(&[2], &mut attack).await?;
        ward.room.end().await
    }
    .await;
    made.push(attack.ended(outcome));

    let roles = ["practitioner", "companion", "observer"];
    let mut attack = Attack::new("forged commands of companion and observer let in");
    let outcome = async {
        let mut ward = Ward::open(client, plan, &roles).await?;
        ward.admit(2).await?;
        ward.admit(3).await?;
        ward.forge(&[2, 3], &mut attack).await?;
        ward.room.end().await
    }
    .await;
    made.push(attack.ended(outcome));
    made
}

impl Ward {
    async fn open(
        client: &Client,
        plan: &HostilePlan,
        roles: &[&'static str],
    ) -> Result<Self, Failure> {
        let room = Rented::open(client, &plan.admin_secret, roles).await?;
        let mut people = Vec::new();
        for (index, link) in room.links.iter().enumerate() {
            let chance = Chance::new(plan.seed, 1, index);
            let body = Body::new(TONES[0], &TONES.into(), chance);
            people.push(Person::come(client, Key::Link(link), body).await?);
        }
        Ok(Self { room, people })
    }

    fn person(&mut self, seat: u16) -> Result<&mut Person, Failure> {
        self.people
            .get_mut(usize::from(seat).wrapping_sub(1))
            .ok_or_else(|| Failure::new("client", format!("there is no seat {seat}")))
    }

    async fn admit(&mut self, seat: u16) -> Result<(), Failure> {
        let admit = ClientMessage::Admit { seat };
        self.person(1)?.wire.say(admit).await?;
        self.person(seat)?.let_in().await
    }

    /// The room as each of its people sees it.
    async fn views(&mut self) -> Result<Vec<View>, Failure> {
        let mut views = Vec::new();
        for person in &mut self.people {
            views.push(person.look().await?.clone());
        }
        Ok(views)
    }

    /// Everything that only a practitioner may say, by each of these; nothing may change for anybody.
    async fn forge(&mut self, seats: &[u16], attack: &mut Attack) -> Result<(), Failure> {
        for seat in seats {
            let before = self.views().await?;
            let forger = self.person(*seat)?;
            let mut refused = 0;
            for target in [1, 2, 3, 4, *seat] {
                for command in [
                    ClientMessage::Admit { seat: target },
                    ClientMessage::Deny { seat: target },
                    ClientMessage::Remove { seat: target },
                    ClientMessage::AskMute { seat: target },
                ] {
                    refused += forge_one(forger, command, attack).await?;
                }
            }
            // A socket takes 30 messages at once.
            forger.look().await?;
            for command in [
                ClientMessage::Hold { seat: 2 },
                ClientMessage::OpenCard { seat: 2 },
                ClientMessage::Lock { locked: true },
                ClientMessage::Lock { locked: false },
                ClientMessage::End,
            ] {
                refused += forge_one(forger, command, attack).await?;
            }
            // One cannot speak for another seat, either.
            let other = r#"{"type":"chat","ref":"f","text":"forged","seat":1}"#.to_owned();
            forger.wire.say_text(other).await?;
            let code = forger.wire.refusal().await?;
            attack.expect(code == "malformed", || {
                format!("seat {seat} as seat 1: {code}")
            });

            let after = self.views().await?;
            for (before, after) in before.iter().zip(&after) {
                attack.expect(before == after, || {
                    format!(
                        "after seat {seat}, seat {} sees {after:?} in place of {before:?}",
                        after.you
                    )
                });
            }
            let role = after
                .first()
                .and_then(|view| view.seats.iter().find(|known| known.seat == *seat))
                .map(|known| format!("{} ({:?})", known.role, known.admission));
            attack.note(format!(
                "{}: {refused} commands refused, {} views unchanged",
                role.unwrap_or_default(),
                after.len()
            ));
        }
        Ok(())
    }
}

async fn forge_one(
    forger: &mut Person,
    command: ClientMessage<'_>,
    attack: &mut Attack,
) -> Result<usize, Failure> {
    forger.wire.say(command).await?;
    let code = forger.wire.refusal().await?;
    attack.expect(code == "forbidden", || {
        format!("seat {}: {command:?} is answered {code}", forger.seat)
    });
    Ok(usize::from(code == "forbidden"))
}
