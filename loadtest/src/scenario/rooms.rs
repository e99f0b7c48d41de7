//! Rooms that a run makes for itself, and ends again.

use crate::http::{Client, Failure};
use crate::protocol::{CreateRoom, Person, RoomCreated};

/// A room with the links of its people, in the order of their seats.
pub struct Rented {
    /// Its id.
    pub id: String,
    /// One link a seat, from seat 1 on.
    pub links: Vec<String>,
    client: Client,
    admin_secret: String,
}

impl Rented {
    /// Opens a room for people with these roles.
    pub async fn open(
        client: &Client,
        admin_secret: &str,
        roles: &[&'static str],
    ) -> Result<Self, Failure> {
        Self::open_for(client, admin_secret, roles, None).await
    }

    /// The same, for so many seconds.
    pub async fn open_for(
        client: &Client,
        admin_secret: &str,
        roles: &[&'static str],
        expires_in_seconds: Option<u64>,
    ) -> Result<Self, Failure> {
        let people = roles
            .iter()
            .enumerate()
            .map(|(index, role)| Person {
                name: format!("Bot {} {role}", index + 1),
                role,
            })
            .collect();
        let request = CreateRoom {
            people,
            expires_in_seconds,
        };
        let made: RoomCreated = client
            .post("/v1/rooms", Some(admin_secret), &request)
            .await?;
        if made.links.len() != roles.len() {
            let what = format!("{} links for {} people", made.links.len(), roles.len());
            return Err(Failure::new("client", what));
        }
        Ok(Self {
            id: made.room,
            links: made.links,
            client: client.clone(),
            admin_secret: admin_secret.to_owned(),
        })
    }

    /// The link of a seat.
    pub fn link(&self, seat: u16) -> Result<&str, Failure> {
        self.links
            .get(usize::from(seat).wrapping_sub(1))
            .map(String::as_str)
            .ok_or_else(|| Failure::new("client", format!("there is no seat {seat}")))
    }

    /// Where a seat's link is administered.
    pub fn link_path(&self, seat: u16) -> String {
        format!("/v1/rooms/{}/seats/{seat}/link", self.id)
    }

    /// Ends it for everybody.
    pub async fn end(&self) -> Result<(), Failure> {
        let path = format!("/v1/rooms/{}", self.id);
        self.client.delete(&path, &self.admin_secret).await
    }
}
