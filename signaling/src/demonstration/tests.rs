//! The demonstration, made once and found again.

use std::sync::Arc;

use super::*;
use crate::clock::Clock;
use crate::media_port::fake::FakeMedia;
use crate::service::Settings;
use crate::store::Store;

/// Eight o'clock in the morning of 22 November 2026 in Vietnam, and a bit.
const MORNING: Timestamp = Timestamp(1_795_309_200_000 + 123_456);

struct World {
    store: Store,
    service: Service,
    accounts: Accounts,
}

/// A server that starts on this store.
fn start(store: Store) -> World {
    let clock = Clock::new(|| MORNING);
    let settings = Settings {
        clock: clock.clone(),
        ..Settings::default()
    };
    let media = Arc::new(FakeMedia::new());
    let service = Service::new(Arc::new(store.clone()), media, settings);
    let accounts = Accounts::of_a_test(&store, clock);
    World {
        store,
        service,
        accounts,
    }
}

impl World {
    async fn demonstrates(&self) -> Option<Demonstration> {
        demonstrate(&self.service, &self.accounts).await.unwrap()
    }

    /// Whom the coordinator of the demonstration sees today.
    async fn patients(&self) -> Vec<String> {
        let by = Requester {
            clinic: ClinicId::MAIN,
            view: View::Clinic,
            actor: Actor::Account(AccountId(0)),
        };
        let day = self.service.day(by, None, None).await.unwrap();
        let all = day.appointments.iter();
        all.map(|one| one.people[0].name.as_str().to_owned())
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn everybody_can_sign_in_and_three_patients_come_today() {
    let world = start(Store::in_memory().unwrap());
    let made = world.demonstrates().await.unwrap();
    let mut roles = Vec::new();
    for DemonstrationPerson { sign_in_name, .. } in &made.people {
        let clinic = ClinicId::MAIN;
        let who = sign_in(&world.accounts, clinic, sign_in_name, &made.password).await;
        roles.push(who.unwrap().role);
    }
    assert_eq!(roles, STAFF.map(|(_, _, role)| role));
    assert_eq!(world.patients().await, PATIENTS.map(|(name, ..)| name));
    let told: Vec<_> = made.patients.iter().map(|(name, _)| *name).collect();
    assert_eq!(told, PATIENTS.map(|(name, ..)| name));
}

#[tokio::test(start_paused = true)]
async fn started_again_it_is_the_same_clinic_with_the_same_patients() {
    let world = start(Store::in_memory().unwrap());
    let first = world.demonstrates().await.unwrap();
    let again = start(world.store);
    let found = again.demonstrates().await.unwrap();
    assert_eq!(found.password, first.password);
    assert_eq!(found.patients, []);
    assert_eq!(again.patients().await.len(), PATIENTS.len());
}

#[tokio::test(start_paused = true)]
async fn a_real_clinic_is_left_alone() {
    let world = start(Store::in_memory().unwrap());
    let link = world.accounts.offer_first(ClinicId::MAIN).await.unwrap();
    let first = FirstAdministrator {
        link,
        profile: profile("Chị Thu", "thu").unwrap(),
        password: "một mật khẩu khác hẳn".to_owned(),
    };
    world.accounts.take_first(first).await.unwrap();
    assert_eq!(world.demonstrates().await, None);
    assert_eq!(world.patients().await, Vec::<String>::new());
}
